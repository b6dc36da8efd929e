using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>
/// What is to be looked at again goes on in the next invocation, unless a hook is so short that it might not live through that, or the
/// machine goes, or AWS wants fewer calls of a batch whose hooks are kept: then it is looked at again here, for as long as there is time.
/// </summary>
internal sealed class RetryInPlace(StageRunner runner, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly RetryPolicy Throttled = RetryPolicy.Of(AwsCallKind.Describe, AwsRefusal.Throttled);

    /// <param name="stage">What is retried; told whether it is looked at again.</param>
    /// <param name="working">Cancelled when there is no time left, or the lease is lost.</param>
    public async Task<InterruptionResult> RunAsync(InterruptionContext context, Func<bool, Task<InterruptionResult>> stage, CancellationToken working)
    {
        var throttled = 0;
        for (var again = false; ; again = true)
        {
            var isRetry = again;
            var result = await runner.RunAsync(context, known: null, () => stage(isRetry));
            if (result.Fate is not MessageFate.SendOn(var delay, _))
            {
                return result;
            }

            context.Place.Leave();
            var goes = result is { Outcome: InterruptionOutcome.Continues, CompleteAt: null } && context.Instance.BoundsAt(time.GetUtcNow(), context.Options).AreCertain;
            if (!goes && result is { WasThrottled: true, Progress: null } && context.Hooks.Names.Count > 0)
            {
                // Those of a batch look again at the same moments, and share the call.
                delay = Throttled.After(++throttled);
            }
            else if (!goes)
            {
                await context.Hooks.WaitUntilKnownAsync(working);
                if (!context.Hooks.AreShort)
                {
                    return result;
                }
            }

            try
            {
                await Task.Delay(goes || delay < ShortestPause ? ShortestPause : delay, time, working);
            }
            catch (OperationCanceledException) when (working.IsCancellationRequested)
            {
                return context.LeaseLost.IsCancellationRequested ? StageRunner.LeaseLost : result;
            }
        }
    }
}
