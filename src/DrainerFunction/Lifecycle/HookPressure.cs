using DrainerFunction.Aws;

namespace DrainerFunction.Lifecycle;

/// <summary>
/// Whether this process shares the calls of Auto Scaling in an account and region with many others: all draw from one bucket, and a
/// thousand hooks that are beaten at half of their timeout would want more than it gives.
/// </summary>
internal sealed class HookPressure(TimeProvider time)
{
    /// <summary>How soon one that waits for its turn looks again.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    // The first may be refused for ever.
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(10);

    private const int Many = 5;
    private const int LeastAttempts = 4;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(2);

    private readonly HashSet<Heartbeat> _asking = [];
    private DateTimeOffset _throttledAt = DateTimeOffset.MinValue;

    /// <summary>The hooks that this process keeps waiting now.</summary>
    public int Kept { get; set; }

    /// <summary>They began together: their beats are spread before the first of them is throttled.</summary>
    public bool AreMany => Kept >= Many;

    /// <summary>A call about hooks was throttled lately.</summary>
    public bool IsThrottled => time.GetUtcNow() - _throttledAt < Remembered;

    /// <summary>
    /// While calls are short, only the hook that runs out first asks, and the next one where that is about to run out: more of them would only keep the
    /// calls from drains that have not begun. One whose time is not known may run out at any.
    /// </summary>
    public bool IsTurnOf(Heartbeat one)
    {
        _asking.Add(one);
        var sooner = _asking.Count(other => Order(one, other) > 0);
        return !IsThrottled || sooner == 0 || (sooner == 1 && one.RunsOutAt - time.GetUtcNow() < LastMoment);
    }

    public void Leave(Heartbeat one) => _asking.Remove(one);

    public void Note(AwsRefusal refusal) => _throttledAt = refusal is AwsRefusal.Throttled ? time.GetUtcNow() : _throttledAt;

    /// <summary>How long one rests after it was throttled: far from its end for as long as leaves the calls to others, and a second shortly before it.</summary>
    /// <returns>Null where the time that is left is not known.</returns>
    public static TimeSpan? PauseOf(TimeSpan? left, TimeSpan? timeout)
    {
        if (left is not { } rest || timeout is not { } whole)
        {
            return null;
        }

        var part = 2 * rest / whole;
        var pause = LongestPause * part * part * part;
        pause = pause < rest / LeastAttempts ? pause : rest / LeastAttempts;
        return pause < ShortestPause ? ShortestPause : pause;
    }

    private static int Order(Heartbeat one, Heartbeat other)
    {
        var byTime = (one.RunsOutAt ?? DateTimeOffset.MinValue).CompareTo(other.RunsOutAt ?? DateTimeOffset.MinValue);
        return byTime != 0 ? byTime : string.CompareOrdinal(one.Hooked.InstanceId + one.Hooked.HookName, other.Hooked.InstanceId + other.Hooked.HookName);
    }
}
