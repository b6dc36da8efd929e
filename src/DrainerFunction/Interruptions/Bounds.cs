using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>The bounds of one instance, kept side by side: each question is answered by the bound that it concerns. Pure.</summary>
/// <param name="All">At least one.</param>
internal sealed record Bounds(IReadOnlyList<Bound> All)
{
    /// <summary>Where the machine certainly goes, nothing is waited for longer before it is tried again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(5);

    /// <summary>EC2 takes the machine, whatever is answered and whatever refuses.</summary>
    public bool AreCertain => All.Any(bound => bound is Bound.Machine or Bound.Going);

    public bool IsGoing => All.Any(bound => bound is Bound.Going);

    public bool EndTheMachine => All.Any(bound => bound.EndsTheMachine);

    /// <summary>The bound that ends the drain: a nearer date means nothing once the machine is going, and patience nothing where a date is known.</summary>
    public Bound Deciding =>
        All.Where(bound => bound is Bound.Going).MaxBy(bound => bound.At)
        ?? All.Where(bound => bound is Bound.Machine or Bound.Hook).MinBy(bound => bound.At)
        ?? All.Where(bound => bound is Bound.Earliest).MinBy(bound => bound.At)
        ?? All.MinBy(bound => bound.At)!;

    /// <summary>When the drain is over, with pods left or without.</summary>
    public DateTimeOffset End => Deciding.At;

    /// <summary>The same while pods are stopping: a hook is not answered over their heads, as long as it may wait and they take no longer than ten minutes.</summary>
    /// <param name="stoppedBy">When the last of them will have stopped.</param>
    public DateTimeOffset EndWhileStopping(DateTimeOffset stoppedBy) => Deciding is Bound.Hook { At: var at, Limit: var limit } && stoppedBy > at
        ? new[] { stoppedBy, at.After(LongestStop), limit.Before(Bound.EvictionReserve) }.Min() is var end && end > at ? end : at
        : End;

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

    /// <summary>The latest end of a pause that begins now: two seconds where the machine certainly goes, otherwise five seconds before what comes next.</summary>
    /// <param name="grace">The grace period of the pod that is paused for.</param>
    public DateTimeOffset LatestRetry(TimeSpan grace, DateTimeOffset now)
    {
        var next = All.SelectMany(bound => (DateTimeOffset[])[bound.TurnOf(grace), bound.At]).Where(at => at > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        return AreCertain ? now + LongestPause : next.Before(Lead) is var led && led > now + ShortestPause ? led : now + ShortestPause;
    }

    /// <summary>A pause between two looks at the instance, cut to the latest end of one that begins now.</summary>
    /// <param name="pause">As it would be without the bounds.</param>
    public TimeSpan Cut(TimeSpan pause, DateTimeOffset now) => LatestRetry(TimeSpan.MaxValue, now) - now is var longest && longest < pause ? longest : pause;

    /// <summary>
    /// As they are at that time: a machine that was to be ended by then, and is still there, is going; and one that EC2 shows as going is, whatever
    /// was announced. It is waited for from when that was first seen, for a message may come late.
    /// </summary>
    /// <param name="goingSince">When the machine was first seen to be going; null while it is not.</param>
    /// <param name="patience">For how long a machine that is going is waited for.</param>
    public Bounds At(DateTimeOffset now, DateTimeOffset? goingSince, TimeSpan patience)
    {
        var bounds = new Bounds([.. All.Select(bound => bound switch
        {
            Bound.Machine when bound.At <= now => new Bound.Going(Later(bound.At, goingSince).After(patience), bound.NoticedAt),
            Bound.Going when goingSince is { } since => new Bound.Going(Later(bound.At, since.After(patience)), bound.NoticedAt),
            _ => bound,
        })]);
        return goingSince is not { } seen || bounds.IsGoing ? bounds
            : new([.. bounds.All, new Bound.Going((All.Max(bound => bound.At) is var last && last < seen ? last : seen).After(patience), seen)]);
    }

    public static Bounds Of(params ReadOnlySpan<Bound> bounds) => new([.. bounds]);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
