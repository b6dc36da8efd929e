using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;

namespace DrainerFunction.Cordoning;

/// <summary>The taint of each kind of interruption. Those that the Node Termination Handler has keep its keys, so that its users' tolerations still fit.</summary>
internal static class TaintKeys
{
    private const string Prefix = "aws-node-termination-handler/";

    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        [AnnotationFormat.Word(InterruptionKind.SpotReclaim)] = Prefix + "spot-itn",
        [AnnotationFormat.Word(InterruptionKind.Termination)] = Prefix + "asg-lifecycle-termination",
        [AnnotationFormat.Word(InterruptionKind.RebalanceRecommendation)] = Prefix + "rebalance-recommendation",
        [AnnotationFormat.Word(InterruptionKind.ScheduledChange)] = Prefix + "scheduled-maintenance",
        [AnnotationFormat.Word(InterruptionKind.CapacityReclaim)] = Prefix + "capacity-reclaim",
        [AnnotationFormat.Word(InterruptionKind.StateChange)] = Prefix + "state-change",
        [AnnotationFormat.Word(InterruptionKind.DrainRequest)] = Prefix + "drain-request",
    };

    public static IEnumerable<string> Of(IEnumerable<string> kinds) =>
        from kind in kinds
        where Keys.ContainsKey(kind)
        select Keys[kind];
}
