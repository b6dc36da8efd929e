using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Bench.Micro;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Bench;

/// <summary>The same node drained by a fresh process of ours, by a warm one and by <c>kubectl drain</c>, in turns.</summary>
internal sealed class Comparison(FunctionProgram program, int pods, int rounds, bool traces)
{
    private readonly List<DrainMeasure> _cold = [];
    private readonly List<DrainMeasure> _warm = [];
    private readonly List<DrainMeasure> _peer = [];
    private long? _ourBytes;
    private long? _peerBytes;

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var kubectl = await Kubectl.VersionAsync(cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            _cold.Add(await OursAsync(round, isWarm: false, countsBytes: false, cancellationToken));
            _warm.Add(await OursAsync(round, isWarm: true, countsBytes: false, cancellationToken));
            if (kubectl is not null)
            {
                _peer.Add(await KubectlAsync(round, countsBytes: false, cancellationToken));
            }
        }

        _ourBytes = (await OursAsync(0, isWarm: false, countsBytes: true, cancellationToken)).Bytes;
        _peerBytes = kubectl is null ? null : (await KubectlAsync(0, countsBytes: true, cancellationToken)).Bytes;
        return Describe(kubectl);
    }

    private async Task<DrainMeasure> OursAsync(int round, bool isWarm, bool countsBytes, CancellationToken cancellationToken)
    {
        await using var theatre = await Theatre.OpenAsync(Scenes.OneNode(pods, round), countsBytes, cancellationToken);
        theatre.Attach(program);
        if (isWarm)
        {
            await DrainAsync(theatre, "victim-before", cancellationToken);

            // Its machine is shut down and then gone: two more messages, and the process is busy with each for a moment.
            await theatre.UntilAsync(() => theatre.Audience.Invocations.Count == 3 && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(1), cancellationToken);
        }

        var process = Proc.Functions();
        var before = Used(process);
        var (started, received) = await DrainAsync(theatre, "victim", cancellationToken);
        process = Proc.Functions();
        var node = theatre.Audience["victim"];
        Trace(theatre, isWarm ? "warm" : "fresh", received, node);
        return new()
        {
            Requests = theatre.Requests(started, node.Completed!.Value).Count,
            Cordoned = node.Cordoned - received,
            Whole = node.Completed - started,
            AfterLastPod = node.Completed - node.Empty,
            PeakMemory = process.Max(Proc.PeakMemory),
            ProcessorTime = Used(process) - before,
            Bytes = theatre.Bytes,
        };
    }

    private static async Task<(DateTimeOffset Started, DateTimeOffset Received)> DrainAsync(Theatre theatre, string victim, CancellationToken cancellationToken)
    {
        var started = theatre.Happen(stage => stage.Home.AutoScaling.TerminateInstanceInAutoScalingGroup(stage.Instance(victim).InstanceId, decrement: true));
        var node = theatre.Audience[victim];
        await theatre.UntilAsync(() => node.Completed is not null && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(1), cancellationToken);
        return (started, theatre.Received()[node.NodeName]);
    }

    private async Task<DrainMeasure> KubectlAsync(int round, bool countsBytes, CancellationToken cancellationToken)
    {
        await using var theatre = await Theatre.OpenAsync(Scenes.OneNode(pods, round), countsBytes, cancellationToken);
        var configuration = await theatre.WriteKubeconfigAsync(cancellationToken);
        var node = theatre.Audience["victim"];
        var started = theatre.Happen(_ => { });
        var run = await Kubectl.DrainAsync(configuration, theatre.NewDirectory(1), [node.NodeName], cancellationToken);
        var ended = theatre.Happen(_ => { });
        return new()
        {
            Requests = theatre.Requests(started, ended).Count,
            Cordoned = node.Cordoned - started,
            Whole = ended - started,
            AfterLastPod = ended - node.Empty,
            PeakMemory = run.PeakMemory,
            ProcessorTime = run.ProcessorTime,
            Bytes = theatre.Bytes,
        };
    }

    /// <summary>Where the time goes: each request from the record to the cordon, and from the last pod to the answered hook.</summary>
    private void Trace(Theatre theatre, string what, DateTimeOffset received, NodeTimes node)
    {
        if (traces)
        {
            Console.WriteLine($"\n{what}, milliseconds since the record was received; the last pod was gone at {(node.Empty - received)?.TotalMilliseconds:0.0}");
            foreach (var (at, request) in theatre.Traffic(received, node.Completed!.Value))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(at - received).TotalMilliseconds,10:0.0} {request}"));
            }
        }
    }

    private static TimeSpan Used(IEnumerable<int> processes) => TimeSpan.FromTicks(processes.Sum(process => Proc.ProcessorTime(process).Ticks));

    private string Describe(string? kubectl)
    {
        var table = new Table("median of " + rounds.ToString(CultureInfo.InvariantCulture), "ours, fresh process", "ours, warm", kubectl is null ? "kubectl" : $"kubectl drain {kubectl}", "fresh ÷ kubectl", "wanted");
        var wantedRequests = pods + 4;
        Row("requests to Kubernetes", one => one.Requests, Table.Number, cold => $"{wantedRequests}: {Table.Met(cold <= wantedRequests)}");
        Row("asked → over, seconds", one => one.Whole?.TotalSeconds, Table.Number, _ => "");
        Row("last pod gone → hook completed, or exit, ms", one => one.AfterLastPod?.TotalMilliseconds, Table.Number, cold => $"< 50: {Table.Met(cold, 50)}");
        Row("record received, or process started → cordoned, ms", one => one.Cordoned?.TotalMilliseconds, Table.Number, cold => $"< 90: {Table.Met(cold, 90)}; warm < 10: {Table.Met(Of(_warm, one => one.Cordoned?.TotalMilliseconds), 10)}");
        Row("peak RSS", one => one.PeakMemory, Table.Megabytes, cold => $"< 64 MB: {Table.Met(cold, 64e6)}");
        Row("processor time, ms", one => one.ProcessorTime.TotalMilliseconds, Table.Number, _ => "");
        table.Add("bytes to and from Kubernetes, TLS included", Table.Kilobytes(_ourBytes), "", Table.Kilobytes(_peerBytes), Table.Ratio(_ourBytes, _peerBytes), "");
        return $"{table}\n\n{DescribeLogging()}{(kubectl is null ? "\nkubectl is not on PATH: there is nothing to compare with." : "")}";

        void Row(string what, Func<DrainMeasure, double?> value, Func<double?, string> shown, Func<double?, string> wanted)
        {
            var cold = Of(_cold, value);
            table.Add(what, shown(cold), shown(Of(_warm, value)), shown(Of(_peer, value)), Table.Ratio(cold, Of(_peer, value)), wanted(cold));
        }
    }

    private string DescribeLogging()
    {
        const int Lines = 2000;
        using var line = new FinishedLine(pods, Stream.Null);
        for (var i = 0; i < Lines; i++)
        {
            line.Write();
        }

        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Lines; i++)
        {
            line.Write();
        }

        var one = Stopwatch.GetElapsedTime(began) / Lines;
        var drain = Of(_warm, measure => measure.ProcessorTime.TotalMilliseconds) ?? 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"The finished line of {pods} pods takes {one.TotalMicroseconds:0} µs to write: {one.TotalMilliseconds / drain:0.00%} of a warm drain's processor time.");
    }

    private static double? Of(List<DrainMeasure> measures, Func<DrainMeasure, double?> value) => Median.Of(measures.Select(value));
}

/// <summary>One drain of one node.</summary>
internal sealed record DrainMeasure
{
    public required int Requests { get; init; }

    public required TimeSpan? Cordoned { get; init; }

    /// <summary>From the moment somebody asked for it until everybody knows that it is over.</summary>
    public required TimeSpan? Whole { get; init; }

    public required TimeSpan? AfterLastPod { get; init; }

    public required long? PeakMemory { get; init; }

    public required TimeSpan ProcessorTime { get; init; }

    public required long Bytes { get; init; }
}
