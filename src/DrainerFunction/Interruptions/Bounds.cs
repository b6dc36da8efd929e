using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>The bounds of one instance, kept side by side: each question is answered by the bound that it concerns. Pure.</summary>
/// <param name="All">At least one.</param>
internal sealed record Bounds(IReadOnlyList<Bound> All)
{
    /// <summary>EC2 takes the machine, whatever is answered and whoever objects.</summary>
    public bool AreCertain => All.Any(bound => bound is Bound.Machine or Bound.Going);

    public bool IsGoing => All.Any(bound => bound is Bound.Going);

    public bool EndTheMachine => All.Any(bound => bound.EndsTheMachine);

    /// <summary>When the drain is over, with pods left or without: a nearer date means nothing once the machine is going, and patience nothing where a date is known.</summary>
    public DateTimeOffset End =>
        All.OfType<Bound.Going>().Max(bound => (DateTimeOffset?)bound.At)
        ?? All.Where(bound => bound is Bound.Machine or Bound.Hook).Min(bound => (DateTimeOffset?)bound.At)
        ?? All.OfType<Bound.Earliest>().Min(bound => (DateTimeOffset?)bound.At)
        ?? All.Min(bound => bound.At);

    /// <summary>What grace periods are cut to: the nearest end of the machine that has a date; null leaves them whole.</summary>
    public DateTimeOffset? MachineEnd => All.OfType<Bound.Machine>().Min(bound => (DateTimeOffset?)bound.At);

    /// <summary>From when on a refusal of a pod counts no more, by the nearest bound that ends the machine; null for never.</summary>
    /// <param name="grace">The grace period it should have.</param>
    public DateTimeOffset? LastResortOf(TimeSpan grace) => All.Where(bound => bound.EndsTheMachine).Min(bound => (DateTimeOffset?)bound.TurnOf(grace));

    /// <summary>Until when a pod is waited for whose containers may run although its grace period is long over: to the last resort of what ends the machine with an answer or a date, to the end of the drain otherwise (null).</summary>
    public DateTimeOffset? StuckWaitEnds => AreCertain ? null : LastResortOf(TimeSpan.MaxValue);

    /// <summary>Until when a pod may opt out of the drain: not at all where the machine certainly goes, until its turn before a hook or an earliest date, altogether otherwise.</summary>
    /// <param name="grace">The grace period it should have.</param>
    public DateTimeOffset OptOutsEnd(TimeSpan grace) => AreCertain ? DateTimeOffset.MinValue
        : All.Where(bound => bound is not Bound.Soft).Min(bound => (DateTimeOffset?)bound.TurnOf(grace)) ?? DateTimeOffset.MaxValue;

    /// <summary>When a pod that goes after others goes all the same: at the last moment that leaves it its grace period, at once where the machine is going.</summary>
    /// <param name="grace">The grace period it should have.</param>
    public DateTimeOffset LatestStart(TimeSpan grace) => IsGoing ? DateTimeOffset.MinValue : End.Before(grace + Bound.EvictionReserve);

    /// <summary>The pair that version 0.1 writes and reads.</summary>
    public Deadline AsDeadline => new(End, EndTheMachine ? DateTimeOffset.MinValue : null);

    public static Bounds Of(params ReadOnlySpan<Bound> bounds) => new([.. bounds]);
}
