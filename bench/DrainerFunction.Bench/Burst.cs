using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Bench;

/// <summary>
/// Many spot instances are reclaimed at once: by processes that have whole cores, by processes of which each has the share of a
/// core that Lambda gives to its memory, and by as many processes of kubectl, which have whole cores.
/// </summary>
internal sealed class Burst(FunctionProgram program, int nodes, int pods, int peers, int memory, int batch)
{
    private const int Seed = 7;

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var kubectl = peers == 0 ? null : await Kubectl.VersionAsync(cancellationToken);
        var share = ShareGroup.Of(memory);
        var (probe, why) = ShareGroup.TryMake(share);
        probe?.Dispose();
        await new Burst(program, 10, pods, 10, memory, batch).RehearseAsync(kubectl is not null, cancellationToken);
        var ours = await OursAsync(null, cancellationToken);
        var held = probe is null ? null : await OursAsync(share, cancellationToken);
        var peer = kubectl is null ? null : await KubectlAsync(cancellationToken);
        var table = new Table(
            string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes × {pods} pods"), "ours, whole cores", string.Create(CultureInfo.InvariantCulture, $"ours, {memory} MB: {share:0.00} of a core each"),
            kubectl is null ? "kubectl" : $"kubectl drain {kubectl}, whole cores", "ours ÷ kubectl", "ours on its share ÷ kubectl", "wanted");
        Row("processes", one => one.Processes, "");
        Row("first request → all cordoned, seconds", one => one.AllCordoned.TotalSeconds, "");
        Row("a batch received → its nodes cordoned, worst, seconds", one => one.WorstCordon.TotalSeconds, Wanted("< 1", one => one.WorstCordon.TotalSeconds < 1));
        Row("first request → all empty, seconds", one => one.AllEmpty.TotalSeconds, "");
        Row("a batch received → a node empty ÷ its slowest pod, worst", one => one.WorstRatio, Wanted("< 1.2", one => one.WorstRatio < 1.2));
        Row("the same, median", one => one.MedianRatio, "");
        Row("requests to Kubernetes", one => one.Requests, Wanted(Table.Number(nodes * (pods + 4)), one => one.Requests <= nodes * (pods + 4)));
        Row("peak RSS of one process, worst, MB", one => one.PeakMemory / 1e6, Wanted("< 64", one => one.PeakMemory < 64e6));
        Row("processor time of all of them, seconds", one => one.ProcessorTime.TotalSeconds, "");
        Row("processor time of the sandbox besides, seconds", one => one.SandboxTime.TotalSeconds, "");
        return $"{table}\n\nThe sandbox runs on the same cores.{(probe is null ? $" SKIPPED, the share: {why}." : "")}{(kubectl is null && peers > 0 ? " kubectl is not on PATH: there is nothing to compare with." : "")}";

        void Row(string what, Func<BurstMeasure, double?> value, string wanted)
        {
            double? Of(BurstMeasure? one) => one is null ? null : value(one);
            table.Add(what, Table.Number(Of(ours)), Table.Number(Of(held)), Table.Number(Of(peer)), Table.Ratio(Of(ours), Of(peer)), Table.Ratio(Of(held), Of(peer)), wanted);
        }

        string Wanted(string what, Func<BurstMeasure, bool> met) => $"{what}: {Table.Met(met(ours))}{(held is null ? "" : $", {Table.Met(met(held))}")}";
    }

    /// <summary>The sandbox's own code is compiled when it first runs; whoever came first would wait for that.</summary>
    private async Task RehearseAsync(bool withKubectl, CancellationToken cancellationToken)
    {
        await OursAsync(null, cancellationToken);
        if (withKubectl)
        {
            await KubectlAsync(cancellationToken);
        }
    }

    /// <param name="share">Of a core, from the first invocation on; null: whole cores.</param>
    private async Task<BurstMeasure> OursAsync(double? share, CancellationToken cancellationToken)
    {
        var groups = new ConcurrentBag<ShareGroup>();
        try
        {
            var scene = Scenes.ManyNodes(nodes, pods, Seed);
            scene.Function.Memory = memory;
            scene.Mapping.BatchSize = batch;
            await using var theatre = await Theatre.OpenAsync(scene, countsBytes: false, cancellationToken);
            theatre.Attach(program, share is null ? null : Hold);
            var sandbox = Sandbox();
            var names = theatre.Audience.Nodes.Select(node => node.Name).ToList();
            theatre.Happen(stage =>
            {
                foreach (var name in names)
                {
                    stage.Home.Ec2.Interruptions.SpotReclaim(stage.Instance(name).InstanceId);
                }
            });
            await theatre.UntilAsync(() => theatre.Audience.Nodes.All(node => node.Empty is not null) && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(3), cancellationToken);
            var processes = Proc.Functions();
            var received = theatre.Received();
            return Measure(theatre, node => received[node.NodeName], theatre.Audience.Invocations[0].At) with
            {
                Processes = theatre.Stage.Function!.ColdStarts,
                PeakMemory = processes.Max(Proc.PeakMemory),
                ProcessorTime = TimeSpan.FromTicks(processes.Sum(process => Proc.ProcessorTime(process).Ticks)),
                SandboxTime = Sandbox() - sandbox,
            };
        }
        finally
        {
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }

        void Hold(int process)
        {
            var group = ShareGroup.TryMake(share!.Value).Group!;
            groups.Add(group);
            group.Hold(process);
        }
    }

    private async Task<BurstMeasure> KubectlAsync(CancellationToken cancellationToken)
    {
        await using var theatre = await Theatre.OpenAsync(Scenes.ManyNodes(nodes, pods, Seed), countsBytes: false, cancellationToken);
        var configuration = await theatre.WriteKubeconfigAsync(cancellationToken);
        var sandbox = Sandbox();
        var started = theatre.Happen(_ => { });
        var shares = theatre.Audience.Nodes.Select(node => node.NodeName).Chunk((nodes + peers - 1) / peers).ToList();
        var runs = await Task.WhenAll(shares.Select((share, number) => Kubectl.DrainAsync(configuration, theatre.NewDirectory(number), share, cancellationToken)));
        return Measure(theatre, _ => started, started) with
        {
            Processes = runs.Length,
            PeakMemory = runs.Max(run => run.PeakMemory),
            ProcessorTime = TimeSpan.FromTicks(runs.Sum(run => run.ProcessorTime.Ticks)),
            SandboxTime = Sandbox() - sandbox,
        };
    }

    private BurstMeasure Measure(Theatre theatre, Func<NodeTimes, DateTimeOffset> received, DateTimeOffset first)
    {
        var slowest = Scenes.ManyNodes(nodes, pods, Seed).Workloads.GroupBy(pod => pod.On!).ToDictionary(on => on.Key, on => on.Max(pod => pod.StopsIn!.Value));
        var all = theatre.Audience.Nodes;
        var ratios = all.Select(node => (double?)((node.Empty!.Value - received(node)) / slowest[node.Name])).ToList();
        return new()
        {
            AllCordoned = all.Max(node => node.Cordoned!.Value) - first,
            WorstCordon = all.Max(node => node.Cordoned!.Value - received(node)),
            AllEmpty = all.Max(node => node.Empty!.Value) - first,
            WorstRatio = ratios.Max()!.Value,
            MedianRatio = Median.Of(ratios)!.Value,
            Requests = theatre.Requests(first, all.Max(node => node.Empty!.Value)).Count,
        };
    }

    private static TimeSpan Sandbox()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}

/// <summary>One burst; all times by the world's clock.</summary>
internal sealed record BurstMeasure
{
    public int Processes { get; init; }

    public required TimeSpan AllCordoned { get; init; }

    public required TimeSpan WorstCordon { get; init; }

    public required TimeSpan AllEmpty { get; init; }

    public required double WorstRatio { get; init; }

    public required double MedianRatio { get; init; }

    public required int Requests { get; init; }

    public long? PeakMemory { get; init; }

    public TimeSpan ProcessorTime { get; init; }

    public TimeSpan SandboxTime { get; init; }
}
