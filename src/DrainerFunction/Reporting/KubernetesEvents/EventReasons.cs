using System.Diagnostics;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Reporting.KubernetesEvents;

/// <summary>The reasons of the Kubernetes events: the Node Termination Handler's words where it has one, so that its users' filters go on working.</summary>
internal static class EventReasons
{
    public const string Cordon = "Cordon";
    public const string CordonAndDrain = "CordonAndDrain";
    public const string CordonAndDrainError = "CordonAndDrainError";
    public const string Uncordon = "Uncordon";
    public const string PodEviction = "PodEviction";

    // The handler has no word for these.
    public const string EvictionBlocked = "EvictionBlocked";
    public const string BudgetBypassed = "DisruptionBudgetBypassed";
    public const string Stuck = "TerminationStuck";

    public static string Of(InterruptionKind kind) => kind switch
    {
        InterruptionKind.SpotReclaim => "SpotInterruption",
        InterruptionKind.CapacityReclaim => "CapacityReclaim",
        InterruptionKind.RebalanceRecommendation => "RebalanceRecommendation",
        InterruptionKind.ScheduledChange => "ScheduledEvent",
        InterruptionKind.StateChange => "StateChange",
        InterruptionKind.DrainRequest => "DrainRequest",
        InterruptionKind.Termination or InterruptionKind.Launch => "ASGLifecycle",
        _ => throw new UnreachableException($"No reason is known for {kind}."),
    };
}
