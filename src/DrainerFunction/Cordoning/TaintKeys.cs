using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

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

    /// <summary>Every taint that the function may have put on a node, as TaintMarks.Mark writes it.</summary>
    public static IEnumerable<string> AllMarks =>
        Keys.Values.SelectMany(key => Enum.GetValues<TaintEffect>(), (key, effect) => $"{key}:{effect}").Append(TaintMarks.Mark(OutOfService));

    /// <summary>For the node of a machine that is off, so that its volumes are freed at once.</summary>
    public static V1Taint OutOfService => new() { Key = "node.kubernetes.io/out-of-service", Value = "nodeshutdown", Effect = "NoExecute" };

    public static bool IsOfAKind(string key) => Keys.ContainsValue(key);

    public static IEnumerable<string> Of(IEnumerable<string> kinds) =>
        from kind in kinds
        where Keys.ContainsKey(kind)
        select Keys[kind];
}
