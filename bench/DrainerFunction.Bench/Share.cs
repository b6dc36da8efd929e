using System.Globalization;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Bench;

/// <summary>
/// What a user gets: the function on the share of a core that Lambda gives to its memory, and kubectl on the same share.
/// The start is at full speed, as Lambda's init phase is; kubectl has its share from its first instruction on.
/// </summary>
internal sealed class Share(FunctionProgram program, int rounds, IReadOnlyList<int> memories, bool withKubectl)
{
    private const double GigabyteSecond = 0.0000166667;
    private const double RequestsOfADrain = 0.0000002 + (6 * 0.0000004);
    private const int Pods = 14;
    private const int BatchNodes = 10;
    private const int BatchPods = 30;

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var (probe, why) = ShareGroup.TryMake(1);
        if (probe is null)
        {
            return $"SKIPPED: {why}. Nothing was measured.";
        }

        probe.Dispose();
        var kubectl = withKubectl ? await Kubectl.VersionAsync(cancellationToken) : null;
        var table = new Table(
            "memory", "share", "start → next", "record → cordon, cold", "sum", "record → cordon, warm", "last pod → hook, fresh", kubectl is null ? "kubectl" : $"kubectl {kubectl}: start → cordon",
            "sum ÷ kubectl", "processor time: start", "drain, cold", "warm", "10 × 30: received → all cordoned", "processor time of that", "$ per 1000 drains, fresh", "warm");
        foreach (var memory in memories)
        {
            var share = ShareGroup.Of(memory);
            var (cold, warm, batch, peer, starts) = (new List<ShareMeasure>(), new List<ShareMeasure>(), new List<ShareMeasure>(), new List<TimeSpan?>(), new List<TimeSpan?>());
            for (var round = 0; round < rounds; round++)
            {
                starts.Add(await StartUp.FirstNextAsync(program, memory, cancellationToken));
                cold.Add(await OursAsync(memory, share, round, isWarm: false, cancellationToken));
                warm.Add(await OursAsync(memory, share, round, isWarm: true, cancellationToken));
                batch.Add(await BatchAsync(memory, share, cancellationToken));
                if (kubectl is not null)
                {
                    peer.Add(await KubectlAsync(share, round, cancellationToken));
                }
            }

            var (start, cordon, theirs) = (Median.Of(starts), Of(cold, one => one.Cordoned), Median.Of(peer));
            table.Add(
                $"{memory} MB", share.ToString("0.00", CultureInfo.InvariantCulture), Table.Milliseconds(start), Table.Milliseconds(cordon), Table.Milliseconds(start + cordon),
                Table.Milliseconds(Of(warm, one => one.Cordoned)), Table.Milliseconds(Of(cold, one => one.AfterLastPod)), Table.Milliseconds(theirs),
                Table.Ratio((start + cordon)?.TotalMilliseconds, theirs?.TotalMilliseconds),
                Table.Milliseconds(Of(cold, one => one.StartTime)), Table.Milliseconds(Of(cold, one => one.ProcessorTime)), Table.Milliseconds(Of(warm, one => one.ProcessorTime)),
                Table.Milliseconds(Of(batch, one => one.Cordoned)), Table.Milliseconds(Of(batch, one => one.ProcessorTime)), Price(memory, cold), Price(memory, warm));
        }

        return $"{table}\n\n{Pods} pods that stop in 2–6 s; medians of {rounds.ToString(CultureInfo.InvariantCulture)}; slices of 20 ms; the price is x86_64's for what is billed, waiting for the pods included.{(kubectl is null && withKubectl ? " kubectl is not on PATH: there is nothing to compare with." : "")}";
    }

    private async Task<ShareMeasure> OursAsync(int memory, double share, int round, bool isWarm, CancellationToken cancellationToken)
    {
        using var group = ShareGroup.TryMake(share).Group!;
        var scene = Scenes.OneNode(Pods, round);
        scene.Function.Memory = memory;
        await using var theatre = await Theatre.OpenAsync(scene, countsBytes: false, cancellationToken);
        TimeSpan? start = null;
        theatre.Attach(program, process =>
        {
            group.Hold(process);
            start ??= Proc.ProcessorTime(process);
        });
        if (isWarm)
        {
            await DrainAsync(theatre, "victim-before", cancellationToken);
            await theatre.UntilAsync(() => theatre.Audience.Invocations.Count == 3 && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(1), cancellationToken);
        }

        var before = isWarm ? ProcessorTime() : null;
        var received = await DrainAsync(theatre, "victim", cancellationToken);
        var node = theatre.Audience["victim"];
        return new(node.Cordoned - received, node.Completed - node.Empty, node.Completed - received) { StartTime = start, ProcessorTime = ProcessorTime() - (before ?? start) };
    }

    private static async Task<DateTimeOffset> DrainAsync(Theatre theatre, string victim, CancellationToken cancellationToken)
    {
        theatre.Happen(stage => stage.Home.AutoScaling.TerminateInstanceInAutoScalingGroup(stage.Instance(victim).InstanceId, decrement: true));
        var node = theatre.Audience[victim];
        await theatre.UntilAsync(() => node.Completed is not null && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(2), cancellationToken);
        return theatre.Received()[node.NodeName];
    }

    private async Task<ShareMeasure> BatchAsync(int memory, double share, CancellationToken cancellationToken)
    {
        using var group = ShareGroup.TryMake(share).Group!;
        var scene = Scenes.ManyNodes(BatchNodes, BatchPods, seed: 1);
        scene.Function.Memory = memory;
        await using var theatre = await Theatre.OpenAsync(scene, countsBytes: false, cancellationToken);
        theatre.Attach(program, group.Hold);
        theatre.Happen(stage =>
        {
            foreach (var node in theatre.Audience.Nodes)
            {
                stage.Home.Ec2.Interruptions.SpotReclaim(stage.Instance(node.Name).InstanceId);
            }
        });
        await theatre.UntilAsync(() => theatre.Audience.Nodes.All(node => node.Empty is not null) && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(3), cancellationToken);
        return new(theatre.Audience.Nodes.Max(node => node.Cordoned) - theatre.Audience.Invocations[0].At, null, null) { ProcessorTime = ProcessorTime() };
    }

    private static async Task<TimeSpan?> KubectlAsync(double share, int round, CancellationToken cancellationToken)
    {
        using var group = ShareGroup.TryMake(share).Group!;
        await using var theatre = await Theatre.OpenAsync(Scenes.OneNode(Pods, round), countsBytes: false, cancellationToken);
        var configuration = await theatre.WriteKubeconfigAsync(cancellationToken);
        var node = theatre.Audience["victim"];
        var started = theatre.Happen(_ => { });
        await Kubectl.DrainAsync(configuration, theatre.NewDirectory(1), [node.NodeName], cancellationToken, group);
        return node.Cordoned - started;
    }

    private static TimeSpan? ProcessorTime() => TimeSpan.FromTicks(Proc.Functions().Sum(process => Proc.ProcessorTime(process).Ticks));

    private static TimeSpan? Of(List<ShareMeasure> measures, Func<ShareMeasure, TimeSpan?> value) => Median.Of(measures.Select(value).ToList());

    private static string Price(int memory, List<ShareMeasure> measures) => Of(measures, one => one.Billed) is { } billed
        ? string.Create(CultureInfo.InvariantCulture, $"{1000 * ((billed.TotalSeconds * memory / 1024 * GigabyteSecond) + RequestsOfADrain):0.000}") : "–";
}

/// <summary>One drain, or one batch, on a share.</summary>
internal sealed record ShareMeasure(TimeSpan? Cordoned, TimeSpan? AfterLastPod, TimeSpan? Billed)
{
    /// <summary>Of the processor, until it asks for its first invocation.</summary>
    public TimeSpan? StartTime { get; init; }

    /// <summary>Of the processor, from then on.</summary>
    public TimeSpan? ProcessorTime { get; init; }
}
