using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>
/// Until when a launch hook is waited in: LAUNCH_TIMEOUT, else its own HeartbeatTimeout, which no heartbeat then extends, else MAX_DRAIN_DURATION; never beyond its GlobalTimeout. Pure.
/// </summary>
internal static class LaunchBound
{
    // The answer must be there before Auto Scaling gives its own.
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(5);

    /// <summary>No heartbeat holds it longer; for a launch without LAUNCH_TIMEOUT there is none.</summary>
    public static DateTimeOffset KeepUntil(ReceivedInterruption received, DrainerOptions options) =>
        options.LaunchTimeout is { } timeout ? BeganAt(received).After(timeout) : DateTimeOffset.MinValue;

    public static DateTimeOffset Of(InterruptedInstance instance, HookHeartbeats hooks, DrainerOptions options)
    {
        var bound = instance.Received.Min(received => Of(received, hooks, options));
        return options.OnLaunchTimeout is TimeoutReply.Leave ? bound : bound.Before(Answering);
    }

    /// <summary>When the hook began: as the event says, unless it says a time after the message was sent.</summary>
    public static DateTimeOffset BeganAt(ReceivedInterruption received) => received.Interruption.At < received.FirstSeen ? received.Interruption.At : received.FirstSeen;

    private static DateTimeOffset Of(ReceivedInterruption received, HookHeartbeats hooks, DrainerOptions options)
    {
        var hook = received.Action!.Hook;
        var limit = options.LaunchTimeout ?? hooks.TimeoutOf(hook) ?? options.MaxDrainDuration;
        return BeganAt(received).After(hooks.GlobalLimitOf(hook) is { } longest && longest < limit ? longest : limit);
    }
}
