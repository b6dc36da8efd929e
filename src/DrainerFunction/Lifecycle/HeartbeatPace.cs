using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Lifecycle;

/// <summary>
/// When a hook is extended, and how soon after a refusal. Half of its timeout is the rule. Where calls are short, what counts is that no hook is
/// lost: those that began together are spread, and each is extended as rarely as leaves time for several refusals.
/// </summary>
internal readonly record struct HeartbeatPace(string InstanceId, HookPressure Pressure)
{
    /// <summary>While calls are short, a hook is extended when this part of its timeout has gone; otherwise after half.</summary>
    public const double PartUnderPressure = 0.8;

    private const int PartsOfTheRest = 6;

    // A HeartbeatTimeout is 30 s at least: while it is not known, this keeps any hook alive.
    private static readonly TimeSpan Careful = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeForRefusals = TimeSpan.FromSeconds(30);

    /// <summary>How long after its timeout last began to run a hook is extended.</summary>
    /// <param name="timeout">Its HeartbeatTimeout; null while it is not known.</param>
    /// <param name="isFirst">It was not extended before.</param>
    /// <param name="refused">How often that was refused since it last was.</param>
    /// <param name="longest">The operator's bound; null where there is none.</param>
    public TimeSpan Interval(TimeSpan? timeout, bool isFirst, int refused, TimeSpan? longest)
    {
        if (timeout is not { } known)
        {
            return Careful;
        }

        var part = (Pressure.IsThrottled, isFirst) switch
        {
            (_, true) when Pressure.AreMany => 0.25 + (0.25 * Backoff.PhaseOf(InstanceId, 0)),
            (true, false) when refused is 0 && known * (1 - PartUnderPressure) >= TimeForRefusals => PartUnderPressure,
            _ => 0.5,
        };
        return known * part is var interval && longest < interval ? longest.Value : interval;
    }

    /// <summary>Where many are throttled together, those with the least time left must come first: each asks the sooner, the less it has.</summary>
    public TimeSpan PauseAfter(AwsRefusal refusal, int refused, TimeSpan? left, TimeSpan? timeout)
    {
        var policy = RetryPolicy.Of(AwsCallKind.Heartbeat, refusal);
        return refusal is AwsRefusal.Throttled && left / PartsOfTheRest > policy.First && HookPressure.PauseOf(left, timeout) is { } pause
            ? Backoff.Spread(pause, InstanceId, refused)
            : policy.After(refused);
    }
}
