using System.Globalization;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Bench;

/// <summary>What grows with nodes, pods and the size of pods: requests, processor time and memory of one reclaim at once.</summary>
internal sealed class Loads(FunctionProgram program)
{
    private const int PodBytes = 1_000_000;

    private static readonly (int Nodes, int Pods, int Bytes, int Memory, int? Wanted)[] Large =
        [(1, 30, PodBytes, 128, null), (10, 30, PodBytes, 256, 160), (10, 60, PodBytes, 512, null), (25, 30, PodBytes, 512, null), (10, 500, 0, 256, 160), (25, 500, 0, 512, null)];

    private static readonly (int Nodes, int Pods)[] Growing = [(1, 10), (1, 100), (1, 500), (10, 10), (10, 100), (100, 10)];

    public async Task<string> MemoryAsync(CancellationToken cancellationToken)
    {
        var table = new Table("load", "memory", "peak", "processes", "killed", "wanted");
        foreach (var (nodes, pods, bytes, memory, wanted) in Large)
        {
            var load = await MeasureAsync(nodes, pods, bytes, memory, isHeld: true, cancellationToken);
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{nodes} × {pods} pods{(bytes > 0 ? " of 1 MB" : "")}"), $"{memory} MB", Table.Megabytes(load.PeakMemory), Table.Number(load.Processes), Table.Number(load.Killed),
                $"drained by one process{(wanted is { } most ? string.Create(CultureInfo.InvariantCulture, $", < {most} MB") : "")}: {Table.Met(load is { Killed: 0, Processes: 1 } && (wanted is null || load.PeakMemory < wanted * 1e6))}");
        }

        return table.ToString();
    }

    public async Task<string> GrowthAsync(CancellationToken cancellationToken)
    {
        var table = new Table("nodes × pods", "processes", "requests to Kubernetes", "calls to AWS", "processor time, ms", "the same per pod", "peak memory of one process");
        foreach (var (nodes, pods) in Growing)
        {
            var load = await MeasureAsync(nodes, pods, 0, 512, isHeld: false, cancellationToken);
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{nodes} × {pods}"), Table.Number(load.Processes), Table.Number(load.Requests), Table.Number(load.Calls), Table.Number(load.ProcessorTime.TotalMilliseconds),
                Table.Number(load.ProcessorTime.TotalMilliseconds / (nodes * pods)), Table.Megabytes(load.PeakMemory));
        }

        return table.ToString();
    }

    /// <param name="isHeld">To the share of a core that Lambda gives to the memory, where control groups can be made: what is read slowly lies in memory longer.</param>
    private async Task<Load> MeasureAsync(int nodes, int pods, int bytes, int memory, bool isHeld, CancellationToken cancellationToken)
    {
        using var group = isHeld ? ShareGroup.TryMake(ShareGroup.Of(memory)).Group : null;
        var scene = Scenes.ManyNodes(nodes, pods, seed: 1);
        scene.Function.Memory = memory;
        scene.Workloads.ForEach(workload => workload.Environment = bytes);

        await using var theatre = await Theatre.OpenAsync(scene, countsBytes: false, cancellationToken);
        theatre.Attach(program, group is null ? null : group.Hold);
        var began = theatre.Happen(stage =>
        {
            foreach (var node in theatre.Audience.Nodes)
            {
                stage.Home.Ec2.Interruptions.SpotReclaim(stage.Instance(node.Name).InstanceId);
            }
        });
        await theatre.UntilAsync(() => theatre.Audience.Nodes.All(node => node.Empty is not null) && theatre.Stage.Function!.Running == 0, TimeSpan.FromMinutes(3), cancellationToken);
        var processes = Proc.Functions();
        var ended = theatre.Happen(_ => { });
        return new(
            theatre.Stage.Function!.ColdStarts,
            theatre.World.Tape.Happenings.Count(one => one is { Area: "lambda", What: "killed" }),
            processes.Max(Proc.PeakMemory),
            theatre.Requests(began, ended).Count,
            theatre.Traffic(began, ended).Count(one => !one.What.StartsWith("kubernetes", StringComparison.Ordinal)) / 2,
            TimeSpan.FromTicks(processes.Sum(process => Proc.ProcessorTime(process).Ticks)));
    }

    private sealed record Load(int Processes, int Killed, long? PeakMemory, int Requests, int Calls, TimeSpan ProcessorTime);
}
