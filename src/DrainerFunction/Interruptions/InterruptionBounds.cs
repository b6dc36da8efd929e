using System.Diagnostics;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>Which bound each interruption sets.</summary>
internal static class InterruptionBounds
{
    // EC2 gives two minutes, for Spot instances and for interruptible capacity reservations alike.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(120);

    /// <param name="firstSeen">When its message was first in hand, over all continuations.</param>
    /// <param name="hookGlobalLimit">How long Auto Scaling lets a hook wait at most, heartbeats included; counted from the event. Null where unknown or without a hook.</param>
    public static Bound Of(Interruption interruption, DateTimeOffset firstSeen, DrainerOptions options, TimeSpan? hookGlobalLimit)
    {
        var patience = firstSeen.After(options.MaxDrainDuration);
        return interruption switch
        {
            Interruption.SpotReclaim { Action: InstanceAction.Hibernate, At: var at } => new Bound.Going(at.After(options.NodeTerminationGracePeriod), at),
            Interruption.SpotReclaim { At: var at } => new Bound.Machine(at.After(Notice), at),
            Interruption.CapacityReclaim { At: var at } reclaim => new Bound.Machine(reclaim.TerminationTime ?? at.After(Notice), at),
            Interruption.StateChange { At: var at } => new Bound.Going(at.After(options.NodeTerminationGracePeriod), at),
            Interruption.ScheduledChange { Notice: var notice } => new Bound.Earliest(EarliestOf(notice, firstSeen, options.ScheduledChangeLeadTime), firstSeen),
            Interruption.RebalanceRecommendation => new Bound.Soft(patience, firstSeen),
            Interruption.DrainRequest { Force: true, Deadline: var by } => new Bound.Hook(by ?? patience, firstSeen, LetsGo: true),
            Interruption.DrainRequest { Deadline: var by } => new Bound.Soft(by ?? patience, firstSeen),
            Interruption.Launch => new Bound.Soft(Earlier(patience, LimitOf(interruption, firstSeen, hookGlobalLimit)), firstSeen),
            Interruption.Termination => new Bound.Hook(Earlier(patience, LimitOf(interruption, firstSeen, hookGlobalLimit)), firstSeen, LetsGo: options.OnTimeout is TimeoutReply.Continue)
            {
                Limit = LimitOf(interruption, firstSeen, hookGlobalLimit),
            },
            _ => throw new UnreachableException($"No bound is known for {interruption}."),
        };
    }

    // The date is the earliest: one that is near or past when the drain begins leaves it the lead time all the same, unless the window closes before.
    private static DateTimeOffset EarliestOf(ScheduledChangeNotice notice, DateTimeOffset firstSeen, TimeSpan leadTime)
    {
        var due = notice.StartTime.Before(leadTime);
        var begun = due > firstSeen ? due : firstSeen;
        var bound = begun.After(leadTime) is var led && led > notice.StartTime ? led : notice.StartTime;
        return notice.EndTime is { } closes && closes > begun && closes < bound ? closes : bound;
    }

    // A wait that was over before its message came is not the one that AWS confirms: that one began later, at a time that no call tells.
    private static DateTimeOffset LimitOf(Interruption interruption, DateTimeOffset firstSeen, TimeSpan? hookGlobalLimit) =>
        hookGlobalLimit is not { } limit ? DateTimeOffset.MaxValue
        : interruption.At.After(limit) is var end && end > firstSeen ? end
        : firstSeen.After(limit);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
