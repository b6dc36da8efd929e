using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.DirectInvocations;

/// <summary>
/// What would bind a drain that begins now: what the node remembers of its interruptions, by the kind of each, and what EC2 shows. Without either
/// nothing ends the machine, as with a drain by hand.
/// </summary>
internal static class PlanBounds
{
    /// <param name="noted">Null where the node remembers nothing that is believed.</param>
    /// <returns>At least one, the earliest first; each with the kind of interruption that sets it, null where none does.</returns>
    public static IReadOnlyList<(string? Of, Bound Bound)> Of(InterruptionAnnotation? noted, Instance instance, DrainerOptions options, DateTimeOffset now)
    {
        var patience = options.NodeTerminationGracePeriod;
        var bounds = (
            from each in noted?.Deadlines ?? new Dictionary<InterruptionKind, DateTimeOffset>()
            let bound = Bounds.Of(Of(each.Key, each.Value, noted!, options)).At(now, null, patience).Deciding
            where bound.At > now
            select (Of: (string?)each.Key.Word, Bound: bound)).ToList();
        if (instance.IsGoing && bounds.All(each => each.Bound is not Bound.Going))
        {
            bounds.Add((null, new Bound.Going(now.After(patience), now)));
        }

        return bounds is [] ? [(null, new Bound.Soft(now.After(options.MaxDrainDuration), now))] : [.. bounds.OrderBy(each => each.Bound.At)];
    }

    private static Bound Of(InterruptionKind kind, DateTimeOffset at, InterruptionAnnotation noted, DrainerOptions options) => kind switch
    {
        InterruptionKind.SpotReclaim or InterruptionKind.CapacityReclaim => new Bound.Machine(at, noted.FirstSeen),
        InterruptionKind.StateChange => new Bound.Going(at, noted.FirstSeen),
        InterruptionKind.ScheduledChange => new Bound.Earliest(at, noted.FirstSeen),
        InterruptionKind.Termination => new Bound.Hook(at, noted.FirstSeen, LetsGo: options.OnTimeout is TimeoutReply.Continue),

        // Only one that was forced ends anything.
        InterruptionKind.DrainRequest when noted is { HardFrom: not null, Deadlines.Count: 1 } => new Bound.Hook(at, noted.FirstSeen, LetsGo: true),
        _ => new Bound.Soft(at, noted.FirstSeen),
    };
}
