using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Lifecycle;

/// <summary>Completes lifecycle actions. Refusals of a moment are tried again until the token says stop.</summary>
internal sealed partial class HookCompletion(AwsScope scope, IAwsClients aws, LifecycleHookCache hooks, TimeProvider time, ILogger<HookCompletion> logger)
{
    private const int MostAsked = 4;

    private readonly HookPressure _pressure = hooks.PressureIn(scope);

    /// <exception cref="AwsCallException">It could not be completed.</exception>
    public async Task CompleteAsync(Heartbeat waiting, LifecycleResult result, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(waiting, result, cancellationToken);
        }
        finally
        {
            _pressure.Leave(waiting);
        }
    }

    private async Task AskAsync(Heartbeat waiting, LifecycleResult result, CancellationToken cancellationToken)
    {
        var (hooked, unknown) = (waiting.Hooked, 0);
        for (var refusals = 1; ; refusals++)
        {
            while (!_pressure.IsTurnOf(waiting))
            {
                await Task.Delay(HookPressure.Turn, time, cancellationToken);
            }

            try
            {
                var accepted = await aws.In(scope).AutoScaling.CompleteLifecycleActionAsync(hooked, result, cancellationToken);
                if (accepted || !await hooks.IsSaidToWaitAsync(scope, hooked, cancellationToken))
                {
                    LogReplied(hooked.HookName, hooked.AutoScalingGroupName, hooked.InstanceId, result, accepted ? "accepted" : "the hook was no longer waiting");
                    return;
                }

                waiting.IsOver = false;
                throw new AwsCallException(
                    ++unknown < MostAsked ? AwsRefusal.Unreachable : AwsRefusal.NotFound, "autoscaling:CompleteLifecycleAction", "NoActiveAction", "no active lifecycle action is known, and the instance still waits");
            }
            catch (AwsCallException refused) when (refused.IsUnknownHook(hooked))
            {
                // The hook or its group was deleted: that wait is over, and no other answer would be taken.
                LogRefused(hooked.HookName, hooked.AutoScalingGroupName, hooked.InstanceId, refused.Message);
                return;
            }
            catch (AwsCallException refused) when (RetryPolicy.Of(AwsCallKind.Complete, refused.Refusal) is { Place: RetryPlace.Here } policy && !cancellationToken.IsCancellationRequested)
            {
                var pause = Backoff.Spread(PauseAfter(refused.Refusal, policy.After(refusals), waiting), hooked.InstanceId, refusals);
                _pressure.Note(refused.Refusal);
                if (hooks.Refusals.IsNew($"{hooked.HookName} of {hooked.InstanceId}", $"{refused.Operation} {refused.Code}"))
                {
                    LogAgain(hooked.HookName, hooked.InstanceId, refused.Message, pause);
                }

                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    // Once calls are short, the hooks that run out first have them.
    private TimeSpan PauseAfter(AwsRefusal refusal, TimeSpan usual, Heartbeat waiting) =>
        _pressure.IsThrottled && refusal is AwsRefusal.Throttled && waiting.Patience is { } longer && longer > usual ? longer : usual;

    [LoggerMessage(EventId = 610, Level = LogLevel.Information, Message = "Completed lifecycle hook {Hook} of {Group} for {InstanceId} with {Result}: {Answer}")]
    private partial void LogReplied(string hook, string group, string instanceId, LifecycleResult result, string answer);

    [LoggerMessage(EventId = 611, Level = LogLevel.Warning, Message = "Lifecycle hook {Hook} of {Group} cannot be completed for {InstanceId}: {Why}. It is treated as completed")]
    private partial void LogRefused(string hook, string group, string instanceId, string why);

    [LoggerMessage(EventId = 612, Level = LogLevel.Warning, Message = "Could not complete lifecycle hook {Hook} of {InstanceId}: {Why}. Retrying in {Delay}")]
    private partial void LogAgain(string hook, string instanceId, string why, TimeSpan delay);
}
