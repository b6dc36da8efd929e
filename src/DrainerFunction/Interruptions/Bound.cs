using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>What ends an instance, and when. A closed set: the kind decides what may be done to its pods before and at that time.</summary>
/// <param name="At">When the bound is reached.</param>
/// <param name="NoticedAt">From when on it was known, over all hops; the notice is measured from here.</param>
/// <param name="Word">The kind in one word, for logs and answers.</param>
/// <param name="EndsTheMachine">The machine goes at that time, so that a pod that was refused until its turn is better deleted than lost.</param>
internal abstract record Bound(DateTimeOffset At, DateTimeOffset NoticedAt, string Word, bool EndsTheMachine)
{
    /// <summary>Time between the end of a pod's grace period and the end of the machine, for everything that is not the pod's.</summary>
    public static readonly TimeSpan EvictionReserve = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestLastResort = TimeSpan.FromSeconds(120);

    /// <summary>How long before <see cref="At"/> no refusal counts any more: half of the notice, two minutes at most.</summary>
    private TimeSpan LastResort => At <= NoticedAt ? TimeSpan.Zero : (At - NoticedAt) / 2 is var half && half < LongestLastResort ? half : LongestLastResort;

    /// <summary>The turn of a pod: from here on it must go. A grace period longer than the last resort makes it no earlier.</summary>
    /// <param name="grace">The grace period it should have.</param>
    public virtual DateTimeOffset TurnOf(TimeSpan grace) => At.Before((grace < LastResort ? grace : LastResort) + EvictionReserve);

    /// <summary>EC2 ends the machine at <see cref="Bound.At"/>: grace periods are cut to what fits.</summary>
    public sealed record Machine(DateTimeOffset At, DateTimeOffset NoticedAt) : Bound(At, NoticedAt, "machine", EndsTheMachine: true);

    /// <summary>The machine is ending now, and no call says when: every pod has its turn, and <see cref="Bound.At"/> only ends the wait.</summary>
    public sealed record Going(DateTimeOffset At, DateTimeOffset NoticedAt) : Bound(At, NoticedAt, "going", EndsTheMachine: true)
    {
        public override DateTimeOffset TurnOf(TimeSpan grace) => DateTimeOffset.MinValue;
    }

    /// <summary>AWS ends or stops the machine, not before <see cref="Bound.At"/> and perhaps hours later.</summary>
    public sealed record Earliest(DateTimeOffset At, DateTimeOffset NoticedAt) : Bound(At, NoticedAt, "earliest", EndsTheMachine: true);

    /// <summary>The function ends the wait at <see cref="Bound.At"/> with its answer, or was told to empty the node by then whatever refuses.</summary>
    /// <param name="LetsGo">The answer at <see cref="Bound.At"/> lets the machine go.</param>
    public sealed record Hook(DateTimeOffset At, DateTimeOffset NoticedAt, bool LetsGo) : Bound(At, NoticedAt, "hook", EndsTheMachine: LetsGo)
    {
        /// <summary>How long Auto Scaling lets the hook wait at most; pods that are stopping at <see cref="Bound.At"/> may keep it until then.</summary>
        public DateTimeOffset Limit { get; init; } = At;
    }

    /// <summary>Nothing ends the machine: at <see cref="Bound.At"/> the drain gives up, and the node stays cordoned.</summary>
    public sealed record Soft(DateTimeOffset At, DateTimeOffset NoticedAt) : Bound(At, NoticedAt, "soft", EndsTheMachine: false);
}
