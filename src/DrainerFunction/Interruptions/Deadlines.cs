using System.Diagnostics;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Interruptions;

/// <summary>How long each interruption leaves us.</summary>
internal static class Deadlines
{
    // EC2 gives two minutes, for Spot instances and for interruptible capacity reservations alike.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(120);

    /// <param name="interruption">What will happen.</param>
    /// <param name="firstSeen">When we first had this message in hand, over all continuations.</param>
    /// <param name="options">The operator's bounds.</param>
    /// <param name="hookGlobalLimit">How long Auto Scaling lets a hook wait at most, heartbeats included; counted from the event. Null where unknown or without a hook.</param>
    public static Deadline Of(Interruption interruption, DateTimeOffset firstSeen, DrainerOptions options, TimeSpan? hookGlobalLimit)
    {
        var bound = Later(firstSeen, options.MaxDrainDuration);
        return interruption switch
        {
            Interruption.SpotReclaim { Action: InstanceAction.Hibernate } => Deadline.Hard(interruption.At),
            Interruption.SpotReclaim => Deadline.Hard(Later(interruption.At, Notice)),
            Interruption.CapacityReclaim reclaim => Deadline.Hard(reclaim.TerminationTime ?? Later(reclaim.At, Notice)),
            Interruption.StateChange => Deadline.Hard(Later(interruption.At, options.NodeTerminationGracePeriod)),
            Interruption.ScheduledChange { Notice.StartTime: var start } => new(start, Later(start, -options.NodeTerminationGracePeriod)),
            Interruption.RebalanceRecommendation => Deadline.Soft(bound),
            Interruption.DrainRequest { Force: true, Deadline: var by } => Deadline.Hard(by ?? bound),
            Interruption.DrainRequest { Deadline: var by } => Deadline.Soft(by ?? bound),
            Interruption.Launch => Deadline.Soft(LimitToHook(interruption, bound, hookGlobalLimit)),
            Interruption.Termination when options.OnTimeout is TimeoutReply.Continue => Deadline.Hard(LimitToHook(interruption, bound, hookGlobalLimit)),
            Interruption.Termination => Deadline.Soft(LimitToHook(interruption, bound, hookGlobalLimit)),
            _ => throw new UnreachableException($"No deadline is known for {interruption}."),
        };
    }

    private static DateTimeOffset LimitToHook(Interruption interruption, DateTimeOffset bound, TimeSpan? hookGlobalLimit) =>
        hookGlobalLimit is { } limit && Later(interruption.At, limit) is var end && end < bound ? end : bound;

    // Dates come from messages: near the ends of the calendar they stop there instead of throwing.
    private static DateTimeOffset Later(DateTimeOffset start, TimeSpan by) =>
        by >= TimeSpan.Zero
            ? start.UtcDateTime > DateTime.MaxValue - by ? DateTimeOffset.MaxValue : start + by
            : start.UtcDateTime < DateTime.MinValue - by ? DateTimeOffset.MinValue : start + by;
}
