using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>Which lifecycle hooks of an interrupted instance are kept waiting, and from when on.</summary>
internal static class InterruptionHooks
{
    /// <summary>What an earlier invocation began, and what LIFECYCLE_HOOKS names, lives by the second: no describing call stands before its beat.</summary>
    public static void KeepUrgent(InterruptionContext context, DrainerOptions options, CancellationToken cancellationToken)
    {
        Keep(context, received => received.Node is not null || (received.Action is { } action && options.LifecycleHooks.IsNamed(action.HookName)), cancellationToken);
        var own = context.Instance.Received.Select(received => received.Action?.Hook).ToHashSet();
        foreach (var hook in context.Instance.Received.SelectMany(received => received.Hooks).Where(hook => options.LifecycleHooks.IsOurs(hook.Hook) && !own.Contains(hook.Name)))
        {
            context.Hooks.Keep(new(hook.Group, hook.Hook, context.Instance.InstanceId, Token: null), beganAt: null, hook.BeatAt, keepUntil: null, cancellationToken);
        }
    }

    /// <summary>Every hook that a message names, once it is known that the instance is the function's.</summary>
    public static void KeepAll(InterruptionContext context, CancellationToken cancellationToken) => Keep(context, _ => true, cancellationToken);

    private static void Keep(InterruptionContext context, Func<ReceivedInterruption, bool> which, CancellationToken cancellationToken)
    {
        // The youngest message has the token of the wait that is going on now.
        foreach (var received in context.Instance.Received.Where(received => received.Action is not null && which(received) && !context.Ignores(received)).OrderByDescending(received => received.Interruption.At))
        {
            var action = received.Action!;
            context.Hooks.Keep(
                new(action.AutoScalingGroupName, action.HookName, context.Instance.InstanceId, action.Token),
                LaunchBound.BeganAt(received),
                received.BeatAt ?? LaunchBound.BeganAt(received),
                received.Interruption is Interruption.Launch ? LaunchBound.KeepUntil(received, context.Options) : null,
                cancellationToken);
        }
    }
}
