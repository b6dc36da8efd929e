using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Bench;

/// <summary>Many spot instances are reclaimed at once, in batches of ten; then the same nodes by as many processes of kubectl.</summary>
internal sealed class Burst(FunctionProgram program, int nodes, int pods, int peers)
{
    private const int Seed = 7;

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var kubectl = peers == 0 ? null : await Kubectl.VersionAsync(cancellationToken);
        var table = new Table(string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes × {pods} pods"), "ours", kubectl is null ? "kubectl" : $"kubectl drain {kubectl}", "ours ÷ kubectl", "wanted");
        var ours = await OursAsync(cancellationToken);
        var peer = kubectl is null ? null : await KubectlAsync(cancellationToken);
        table.Add("processes", Table.Number(ours.Processes), Table.Number(peer?.Processes), "", "");
        Row("first request → all cordoned, seconds", one => one.AllCordoned.TotalSeconds, "");
        Row("a batch received → its nodes cordoned, worst, seconds", one => one.WorstCordon.TotalSeconds, $"< 1: {Table.Met(ours.WorstCordon.TotalSeconds < 1)}");
        Row("first request → all empty, seconds", one => one.AllEmpty.TotalSeconds, "");
        Row("a batch received → a node empty ÷ its slowest pod, worst", one => one.WorstRatio, $"< 1.2: {Table.Met(ours.WorstRatio < 1.2)}");
        Row("the same, median", one => one.MedianRatio, "");
        Row("requests to Kubernetes", one => one.Requests, $"{nodes * (pods + 4)}: {Table.Met(ours.Requests <= nodes * (pods + 4))}");
        table.Add("peak RSS of one process, worst", Table.Megabytes(ours.PeakMemory), Table.Megabytes(peer?.PeakMemory), Table.Ratio(ours.PeakMemory, peer?.PeakMemory), $"< 64 MB: {Table.Met(ours.PeakMemory < 64e6)}");
        Row("processor time of all of them, seconds", one => one.ProcessorTime.TotalSeconds, "");
        Row("processor time of the sandbox besides, seconds", one => one.SandboxTime.TotalSeconds, "");
        return $"{table}\n\nThe sandbox runs on the same cores.{(kubectl is null && peers > 0 ? " kubectl is not on PATH: there is nothing to compare with." : "")}";

        void Row(string what, Func<BurstMeasure, double> value, string wanted) =>
            table.Add(what, Table.Number(value(ours)), Table.Number(peer is null ? null : value(peer)), Table.Ratio(value(ours), peer is null ? null : value(peer)), wanted);
    }

    private async Task<BurstMeasure> OursAsync(CancellationToken cancellationToken)
    {
        await using var theatre = await Theatre.OpenAsync(Scenes.ManyNodes(nodes, pods, Seed), countsBytes: false, cancellationToken);
        theatre.Attach(program);
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
