using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>What is taken back of a cordon. Pure. Others may be at work on the node for other reasons: theirs stays.</summary>
internal sealed record UncordonPatch
{
    // What is left of these ends no machine.
    private static readonly InterruptionKind[] Patience = [InterruptionKind.RebalanceRecommendation, InterruptionKind.DrainRequest];

    /// <summary>The only kind that is called off; null for all of them.</summary>
    public InterruptionKind? Kind { get; init; }

    /// <summary>Something else ends the instance: it stays cordoned, whatever remains noted.</summary>
    public bool StaysCordoned { get; init; }

    /// <summary>A chain that was at the node after this instant knows better than the one that takes the cordon back; null when there can be none.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <returns>Null when there is nothing to take back.</returns>
    public NodePatch? PatchOf(V1Node node, InterruptionAnnotation noted)
    {
        var isStale = noted.IsStaleOn(node, node.InstanceId ?? "");
        if (Before < (noted.ChainAt ?? noted.CordonedAt) && !isStale)
        {
            return null;
        }

        if (Kind is not { } kind)
        {
            return All(node, noted);
        }

        return !noted.Kinds.Contains(kind) ? null
            : !StaysCordoned && noted.Hooks is [] && (isStale || noted.Kinds is [_]) ? All(node, noted)
            : One(node, noted, kind);
    }

    private static NodePatch All(V1Node node, InterruptionAnnotation noted) => NodePatch.Annotating(node, annotation: null, Without(node, noted.Taints)) with
    {
        Labels = noted.Labels.ToDictionary(label => label, _ => (string?)null),
        Unschedulable = noted.CordonedByUs && node.Spec.Unschedulable is true ? false : null,
    };

    private static NodePatch One(V1Node node, InterruptionAnnotation noted, InterruptionKind over)
    {
        InterruptionKind[] kinds = [.. noted.Kinds.Where(kind => kind != over)];
        string[] taints = [.. noted.Taints.Where(mark => TaintKeys.Of([over]).Any(key => mark.StartsWith($"{key}:", StringComparison.Ordinal)))];
        var deadlines = noted.Deadlines.Where(each => each.Key != over).ToDictionary();
        var left = noted with
        {
            Kinds = kinds,
            Taints = [.. noted.Taints.Except(taints)],
            Deadlines = deadlines,
            Deadline = deadlines.Count > 0 ? deadlines.Values.Min() : noted.Deadline,
            HardFrom = kinds.All(Patience.Contains) ? null : noted.HardFrom,
        };
        return NodePatch.Annotating(node, left, Without(node, taints));
    }

    private static IEnumerable<V1Taint> Without(V1Node node, IReadOnlyList<string> marks) =>
        (node.Spec.Taints ?? []).Where(taint => !marks.Contains(NodeTaints.Mark(taint), StringComparer.Ordinal));
}
