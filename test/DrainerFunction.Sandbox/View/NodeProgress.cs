using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.View;

/// <summary>How far the drain of one node has come, as the picture shows and sorts it. Under the gate.</summary>
internal sealed record NodeProgress(string Name, Instance Instance, NodeStage Stage, bool IsLate, TimeSpan? Left)
{
    public static NodeProgress Of(Stage stage, Story story, string name)
    {
        var instance = stage.Instance(name);
        var cluster = instance.ClusterName is { } of ? stage.Clusters[of].Cluster : null;
        var evictable = cluster?.PodsOn(instance.NodeName).Count(Judge.IsEvictable) ?? 0;
        var isCordoned = story.WasCordoned(instance.NodeName);
        var at = !story.WasInterrupted(instance.InstanceId) ? NodeStage.Untouched
            : evictable == 0 && (isCordoned || instance.IsGoingDown) ? NodeStage.Drained
            : isCordoned ? NodeStage.Draining
            : NodeStage.Waiting;
        var left = story.DeadlineOf(instance.InstanceId)?.Until - stage.World.Now;
        return new(name, instance, at, at is NodeStage.Draining or NodeStage.Waiting && (instance.IsGoingDown || left <= TimeSpan.Zero), left);
    }

    /// <summary>What needs eyes first: late, then busy by the time that is left, then drained, then what nothing happens to.</summary>
    public static IEnumerable<NodeProgress> Sorted(IEnumerable<NodeProgress> nodes) => nodes
        .OrderByDescending(node => node.IsLate)
        .ThenBy(node => node.Stage is NodeStage.Waiting ? NodeStage.Draining : node.Stage)
        .ThenBy(node => node.Stage is NodeStage.Drained or NodeStage.Untouched ? TimeSpan.MaxValue : node.Left ?? TimeSpan.MaxValue);

    /// <summary>41 of 60 drained, 6 draining, 13 waiting; nearest deadline 73 s.</summary>
    public static string Total(IReadOnlyCollection<NodeProgress> nodes)
    {
        int Of(NodeStage stage) => nodes.Count(node => node.Stage == stage);
        var (all, late) = (nodes.Count - Of(NodeStage.Untouched), nodes.Count(node => node.IsLate));
        if (all == 0)
        {
            return $"{nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")}, none interrupted yet";
        }

        var nearest = nodes.Where(node => node.Stage is NodeStage.Draining or NodeStage.Waiting).Min(node => node.Left);
        return $"{Of(NodeStage.Drained)} of {all} drained, {Of(NodeStage.Draining)} draining, {Of(NodeStage.Waiting)} waiting{(late > 0 ? $", {late} late" : "")}"
            + (nearest is { } left ? FormattableString.Invariant($"; nearest deadline {Math.Max(0, left.TotalSeconds):0} s") : "");
    }
}

/// <summary>In the order of the picture.</summary>
internal enum NodeStage
{
    /// <summary>Cordoned, and pods that have to go are there.</summary>
    Draining,

    /// <summary>Interrupted, and not cordoned yet.</summary>
    Waiting,

    Drained,

    Untouched,
}
