using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;

namespace DrainerFunction.Draining;

/// <summary>The taint of each kind of interruption. Those that the Node Termination Handler has keep its keys, so that its users' tolerations still fit.</summary>
internal static class TaintKeys
{
    private const string Prefix = "aws-node-termination-handler/";

    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        [NodeInterruptions.Word(InterruptionKind.SpotReclaim)] = Prefix + "spot-itn",
        [NodeInterruptions.Word(InterruptionKind.Termination)] = Prefix + "asg-lifecycle-termination",
        [NodeInterruptions.Word(InterruptionKind.RebalanceRecommendation)] = Prefix + "rebalance-recommendation",
        [NodeInterruptions.Word(InterruptionKind.ScheduledChange)] = Prefix + "scheduled-maintenance",
        [NodeInterruptions.Word(InterruptionKind.CapacityReclaim)] = Prefix + "capacity-reclaim",
        [NodeInterruptions.Word(InterruptionKind.StateChange)] = Prefix + "state-change",
        [NodeInterruptions.Word(InterruptionKind.DrainRequest)] = Prefix + "drain-request",
    };

    public static IEnumerable<string> Of(IEnumerable<string> kinds) =>
        from kind in kinds
        where Keys.ContainsKey(kind)
        select Keys[kind];
}
