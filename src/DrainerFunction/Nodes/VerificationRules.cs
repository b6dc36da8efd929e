using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Nodes;

/// <summary>
/// Holds a message against what AWS says of the instance. A message can be forged, late or stale; AWS's answers are
/// eventually consistent, so that disagreement counts only two minutes after the event.
/// </summary>
internal static class VerificationRules
{
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(2);

    // EC2 takes the machine two minutes after its warning, and is rarely late by much.
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    // No call says whether EC2 still recommends it: such a word is believed for so long.
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(10);

    /// <summary>When to look again while AWS does not agree yet, counted from the first look.</summary>
    public static IReadOnlyList<TimeSpan> LookAgainAfter { get; } =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)];

    /// <summary>AWS's answers may still lag behind the event: disagreement does not count yet. A time that lies ahead makes no message younger than it is.</summary>
    public static bool IsYoung(Interruption interruption, DateTimeOffset firstSeen, DateTimeOffset now) =>
        now - (interruption.At < firstSeen ? interruption.At : firstSeen) < Lag;

    /// <summary>Shortly before the last resort of a Spot reclaim, which comes 65 s before its end: from here on its Spot request must agree as well.</summary>
    public static readonly TimeSpan SpotRequestCountsAfter = TimeSpan.FromSeconds(50);

    public static bool AsksSpotRequest(Interruption interruption, DateTimeOffset now) => now - interruption.At >= SpotRequestCountsAfter;

    /// <param name="firstSeen">When the message was first in hand.</param>
    /// <param name="wasConfirmed">AWS agreed before, and the function's own message says so: what cannot be asked does not expire then.</param>
    public static Verification Of(Interruption interruption, InstanceDescription described, DateTimeOffset firstSeen, DateTimeOffset now, bool wasConfirmed = false) =>
        (ObjectionTo(interruption, described) ?? Outlived(interruption, described, now, wasConfirmed)) switch
        {
            null => new Verification.Confirmed(),
            var why when IsYoung(interruption, firstSeen, now) => new Verification.NotYet(why),
            var why => new Verification.Refuted(why),
        };

    // Out of a dead-letter queue, hours late: what a warning warned of did not happen, or is over. What AWS confirms now has no age.
    private static string? Outlived(Interruption interruption, InstanceDescription described, DateTimeOffset now, bool wasConfirmed) => (interruption, described.Instance) switch
    {
        (Interruption.SpotReclaim, { IsGoing: false }) when AsksSpotRequest(interruption, now) => described.SpotStatus switch
        {
            { } status when status.StartsWith("marked-for-", StringComparison.Ordinal) || status.StartsWith("instance-", StringComparison.Ordinal) => null,
            // Of a request that was cancelled nothing tells whether EC2 takes its instance.
            "fulfilled" => $"the warning is from {interruption.At:u}, and the instance's Spot request is fulfilled",
            _ when now - interruption.At > Notice + Grace => $"the warning is from {interruption.At:u}, and the instance is still running",
            _ => null,
        },
        (Interruption.CapacityReclaim reclaim, { IsGoing: false }) when now - (reclaim.TerminationTime ?? reclaim.At + Notice) > Grace =>
            $"the warning is from {interruption.At:u}, and the instance is still running",
        (Interruption.RebalanceRecommendation, _) when !wasConfirmed && now - interruption.At > Believed =>
            $"the recommendation is from {interruption.At:u}, and AWS cannot be asked whether it still holds",
        _ => null,
    };

    private static string? ObjectionTo(Interruption interruption, InstanceDescription described) => (interruption, described.Instance) switch
    {
        (_, null) => "EC2 reports no such instance",
        (Interruption.Termination termination, var instance) => described.IsKnownToWait ? null : ObjectionToTermination(termination, instance, described.InGroup),
        (Interruption.Launch launch, _) => ObjectionToLaunch(launch, described.InGroup),
        (Interruption.SpotReclaim, { IsSpot: false }) => "EC2 reports that it is not a Spot instance",
        (Interruption.SpotReclaim, _) => null,
        (Interruption.StateChange change, var instance) when instance.Life < LifeIn(change.State) => $"EC2 reports the instance as {instance.Life}",
        (Interruption.StateChange, _) => null,
        (Interruption.ScheduledChange { Notice.Status: ScheduledChangeStatus.Closed }, _) when described.Scheduled is { } pending =>
            $"AWS Health closed an event, but EC2 still lists {pending.Code} ({pending.EventId})",
        (Interruption.ScheduledChange { Notice.Status: ScheduledChangeStatus.Closed }, _) => null,
        (Interruption.ScheduledChange, _) when described.Scheduled is null => "EC2 lists no scheduled event for it",
        (Interruption.ScheduledChange, _) => null,
        (Interruption.CapacityReclaim reclaim, var instance) => ObjectionToReclaim(reclaim, instance),
        (Interruption.RebalanceRecommendation or Interruption.DrainRequest, { IsGoing: true } instance) =>
            $"EC2 reports the instance as {instance.Life}",
        (Interruption.RebalanceRecommendation, { IsSpot: false }) => "EC2 reports that it is not a Spot instance",
        (Interruption.RebalanceRecommendation or Interruption.DrainRequest, _) => null,
        var unknown => throw new UnreachableException($"No way to verify {unknown}."),
    };

    // EC2 says of what kind its capacity is, and of a Capacity Block which.
    private static string? ObjectionToReclaim(Interruption.CapacityReclaim reclaim, Instance instance) => (reclaim.ReservationId, instance) switch
    {
        (null, { IsInterruptible: true }) => null,
        (null, _) => "EC2 says that it is in no interruptible capacity reservation",
        ({ } block, _) when instance.CapacityBlock == block => null,
        ({ } block, _) => $"EC2 says that it is not in the Capacity Block {block}",
    };

    private static string? ObjectionToTermination(Interruption.Termination termination, Instance instance, GroupInstance? inGroup) => inGroup switch
    {
        { } member when member.AutoScalingGroupName != termination.Action.AutoScalingGroupName =>
            $"it belongs to Auto Scaling group {member.AutoScalingGroupName}, not to {termination.Action.AutoScalingGroupName}",
        { IsLeaving: true } => null,
        { LifecycleState: var state } when state.StartsWith("Warmed:Pending", StringComparison.Ordinal) && termination.Action.IsIntoWarmPool => null,
        _ when instance.IsGoing => null,
        { LifecycleState: var state } => $"Auto Scaling reports it as {state}",
        null => "it is in no Auto Scaling group",
    };

    private static string? ObjectionToLaunch(Interruption.Launch launch, GroupInstance? inGroup) => inGroup switch
    {
        null => "it is in no Auto Scaling group",
        { } member when member.AutoScalingGroupName != launch.Action.AutoScalingGroupName =>
            $"it belongs to Auto Scaling group {member.AutoScalingGroupName}, not to {launch.Action.AutoScalingGroupName}",
        { LifecycleState: var state } when state.StartsWith("Pending", StringComparison.Ordinal) || state.StartsWith("Warmed:", StringComparison.Ordinal) => null,
        { LifecycleState: var state } => $"Auto Scaling reports it as {state}",
    };

    private static InstanceLife LifeIn(InstanceState state) => state switch
    {
        InstanceState.Stopping => InstanceLife.Stopping,
        InstanceState.Stopped => InstanceLife.Stopped,
        InstanceState.ShuttingDown => InstanceLife.ShuttingDown,
        InstanceState.Terminated => InstanceLife.Terminated,
        _ => throw new UnreachableException($"No life is known for {state}."),
    };
}
