using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// Runs a stage and makes a result of what keeps it from going on. Throttled, unreachable and refused are no failures of the message: it
/// is deferred, and costs no receive.
/// </summary>
internal sealed partial class StageRunner(RecentRefusals refusals, TimeProvider time, ILogger<StageRunner> logger)
{
    public static readonly InterruptionResult LeaseLost = InterruptionResult.Failed("the visibility timeout of its messages was lost; their next receiver continues");

    // A cluster's refusals keep the policy of a describing call's.
    private static readonly RetryPolicy NeedsOperator = RetryPolicy.Of(AwsCallKind.Describe, AwsRefusal.Denied);
    private static readonly RetryPolicy Passes = RetryPolicy.Of(AwsCallKind.Describe, AwsRefusal.Unreachable);

    /// <param name="known">The node and what was done to it so far; it stays in the result.</param>
    public async Task<InterruptionResult> RunAsync(InterruptionContext context, NodeProgress? known, Func<Task<InterruptionResult>> stage)
    {
        try
        {
            return await stage();
        }
        catch (OperationCanceledException) when (context.LeaseLost.IsCancellationRequested)
        {
            return LeaseLost with { Progress = known };
        }
        catch (OperationCanceledException) when (context.Batch.Spent.IsCancellationRequested)
        {
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, "the invocation ran out of time", TimeSpan.Zero).Of(known);
        }
        catch (AwsCallException refused)
        {
            return (Defer(context, refused.Message, $"{refused.Operation} {refused.Code}", RetryPolicy.Of(AwsCallKind.Describe, refused.Refusal)) with { WasThrottled = refused.Refusal is AwsRefusal.Throttled }).Of(known);
        }
        catch (ApiServerException denied) when (denied.Refusal is ApiServerRefusal.Denied)
        {
            // The cluster is there and knows the function: one of its webhooks or rules says no to this.
            return Defer(context, RefusalHints.Sentence(denied), $"{denied.ClusterName} {denied.Refusal} {denied.By}", NeedsOperator, denied.RetryAfter).Of(known);
        }
        catch (ApiServerException refused)
        {
            context.Batch.Report.CouldNotReach(new(context.Instance.Scope, refused.ClusterName));
            return Defer(context, refused.Message, $"{refused.ClusterName} {refused.Refusal}", refused.Refusal is ApiServerRefusal.Unauthorized or ApiServerRefusal.Forbidden ? NeedsOperator : Passes, refused.RetryAfter).Of(known);
        }
    }

    private InterruptionResult Defer(InterruptionContext context, string why, string code, RetryPolicy policy, TimeSpan? retryAfter = null)
    {
        var instance = context.Instance;
        var bounds = instance.BoundsAt(time.GetUtcNow(), context.Options);
        if (time.GetUtcNow() >= bounds.End)
        {
            return InterruptionResult.Skipped(InterruptionOutcome.DeadlineMissed, $"the deadline passed, last problem: {why}; lifecycle hooks are left to their own timeout");
        }

        var delay = policy.After(instance.Received.Max(received => received.Attempt) + 1);
        delay = retryAfter is { } asked && RequestPool.Limit(asked) > delay ? RequestPool.Limit(asked) : delay;
        // A hook that waits, a turn and a date are not slept through.
        delay = bounds.Cut(delay, time.GetUtcNow());
        var kinds = instance.Received.Select(received => received.Interruption.Kind).Distinct().ToList();
        if (refusals.IsNew(instance.InstanceId, code))
        {
            LogDeferred(kinds, instance.InstanceId, why, delay.TotalSeconds);
        }

        return InterruptionResult.Deferred(InterruptionOutcome.Continues, why, delay);
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Deferred {Kinds} of {InstanceId}: {Why}. Retrying in {DelaySeconds} s")]
    private partial void LogDeferred(IReadOnlyList<InterruptionKind> kinds, string instanceId, string why, double delaySeconds);
}
