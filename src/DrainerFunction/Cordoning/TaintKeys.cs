using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>The taint of each kind of interruption. Those that the Node Termination Handler has keep its keys, so that its users' tolerations still fit.</summary>
internal static class TaintKeys
{
    private const string Prefix = "aws-node-termination-handler/";

    private static readonly Dictionary<InterruptionKind, string> Keys = new()
    {
        [InterruptionKind.SpotReclaim] = Prefix + "spot-itn",
        [InterruptionKind.Termination] = Prefix + "asg-lifecycle-termination",
        [InterruptionKind.RebalanceRecommendation] = Prefix + "rebalance-recommendation",
        [InterruptionKind.ScheduledChange] = Prefix + "scheduled-maintenance",
        [InterruptionKind.CapacityReclaim] = Prefix + "capacity-reclaim",
        [InterruptionKind.StateChange] = Prefix + "state-change",
        [InterruptionKind.DrainRequest] = Prefix + "drain-request",
    };

    /// <summary>Every taint that the function may have put on a node, as NodeTaints.Mark writes it.</summary>
    public static IEnumerable<string> AllMarks =>
        Keys.Values.SelectMany(key => Enum.GetValues<TaintEffect>(), (key, effect) => $"{key}:{effect}").Append(NodeTaints.Mark(OutOfService));

    /// <summary>For the node of a machine that is off, so that its volumes are freed at once.</summary>
    public static V1Taint OutOfService => new() { Key = "node.kubernetes.io/out-of-service", Value = "nodeshutdown", Effect = "NoExecute" };

    public static bool IsOfAKind(string key) => Keys.ContainsValue(key);

    public static IEnumerable<string> Of(IEnumerable<InterruptionKind> kinds) =>
        from kind in kinds
        where Keys.ContainsKey(kind)
        select Keys[kind];
}
