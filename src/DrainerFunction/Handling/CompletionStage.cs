// Over 150 lines: the end of an interruption in its order; each step hands its result to the next.
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// The end of one interruption, in the order in which nothing is lost: complete the hooks, or beat once more; send the
/// notices; say what becomes of each message; write the line.
/// </summary>
internal sealed partial class CompletionStage(
    AnnotationReader annotations, KubernetesEventPublisher events, Reporter reporter, RecentRefusals refusals, CompletedDrains completed, TimeProvider time,
    ILogger<CompletionStage> logger)
{
    private static readonly TimeSpan CarefulDelay = TimeSpan.FromSeconds(10);

    /// <returns>What becomes of each message, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, MessageResult>> CompleteAsync(InterruptionContext context, InterruptionResult result)
    {
        context.Place.Leave();
        var (begun, completedAt) = (context.Report, (DateTimeOffset?)null);
        result = context.Ports.AreReadOnly ? DryRunResult.Of(result, context) : result;
        if (!context.LeaseLost.IsCancellationRequested)
        {
            (result, completedAt) = await CompleteHooksAsync(context, result);
            result = await PrepareContinuationAsync(context, result);
            await TellAsync(context, begun.Ended(result, context.Hooks) with { CompletedAt = completedAt }, result);
        }

        if (result.Progress is { Target: var target })
        {
            // With the messages lost, what is not written yet is dropped.
            context.Batch.EventFlushes.Add(events.FlushAsync(target, context.LeaseLost.IsCancellationRequested ? context.LeaseLost : context.Batch.Acknowledging));
        }

        var ofMessages = MessageResult.AllOf(context, result, time.GetUtcNow());
        var report = begun.Ended(result, context.Hooks) with { CompletedAt = completedAt, Fates = [.. begun.MessageIds.Select(id => ofMessages[id].Fate)] };
        context.Batch.Reports.Add(report);
        reporter.Finished(report, context.Batch.RequestId);
        return ofMessages;
    }

    private async Task<(InterruptionResult Result, DateTimeOffset? CompletedAt)> CompleteHooksAsync(InterruptionContext context, InterruptionResult result)
    {
        await context.Hooks.WaitUntilCheckedAsync();
        var hooks = context.Hooks.Names.Intersect(RepliesTo(context, result)).ToList();
        if (result.Reply is LifecycleReply.Leave || hooks is [])
        {
            return (result, null);
        }

        try
        {
            await context.Hooks.ReplyAsync(hooks, result.Reply is LifecycleReply.Continue ? LifecycleResult.Continue : LifecycleResult.Abandon, context.Batch.Acknowledging);
            if (result is { Outcome: InterruptionOutcome.Drained })
            {
                completed.Add(context.Instance.InstanceId);
            }

            return (result, time.GetUtcNow());
        }
        catch (AwsCallException refused)
        {
            var hint = refused.Refusal is AwsRefusal.Denied ? "; the Auto Scaling group must carry the managed tag, or the role's policy must name the group" : "";
            if (refusals.IsNew(context.Instance.InstanceId, $"{refused.Operation} {refused.Code}"))
            {
                LogNotReplied(context.Instance.InstanceId, refused.Message + hint);
            }

            return (Unanswered(context, result, $"{refused.Message}{hint}", RetryPolicy.Of(AwsCallKind.Complete, refused.Refusal).After(1)), null);
        }
        catch (OperationCanceledException) when (context.Batch.Acknowledging.IsCancellationRequested)
        {
            return (Instead(result, InterruptionResult.Deferred(InterruptionOutcome.Continues, "the lifecycle hook could not be completed before the invocation ended", TimeSpan.Zero)), null);
        }
    }

    private static IEnumerable<LifecycleHookName> RepliesTo(InterruptionContext context, InterruptionResult result) => result.RepliesTo
        ?? [
            .. (result.Answers ?? context.Instance.Received).Select(received => received.Action?.Hook).OfType<LifecycleHookName>(),
            .. (result.Answers ?? context.Instance.Received).SelectMany(received => received.Hooks).Select(hook => hook.Name),
            .. result.Progress?.Annotation?.Hooks ?? [],
        ];

    // No answer is refused for ever: once the hook cannot be waiting any more, there is nothing left to answer.
    private InterruptionResult Unanswered(InterruptionContext context, InterruptionResult result, string why, TimeSpan after)
    {
        var lastReply = (result.Progress?.Bounds?.End ?? context.Instance.FirstSeen).After(context.Hooks.LongestLimit ?? context.Options.MaxDrainDuration);
        return Instead(result, context.Hooks.AreOver || time.GetUtcNow() >= lastReply
            ? InterruptionResult.Skipped(InterruptionOutcome.DeadlineMissed, $"the lifecycle hook could not be completed and has timed out: {why}")
            : InterruptionResult.Deferred(InterruptionOutcome.Continues, $"the lifecycle hook could not be completed: {why}", after));
    }

    private static InterruptionResult Instead(InterruptionResult result, InterruptionResult other) => result with { Outcome = other.Outcome, Reply = other.Reply, Fate = other.Fate, Why = other.Why };

    private async Task<InterruptionResult> PrepareContinuationAsync(InterruptionContext context, InterruptionResult result)
    {
        if (result.Fate is not MessageFate.SendOn sendOn)
        {
            return result;
        }

        // The hook first: it lives by the second, and the cluster may take its time.
        var delay = Limit(sendOn.Delay, context, result);
        try
        {
            await context.Hooks.LastBeatAsync(delay, context.Batch.Acknowledging);
        }
        catch (OperationCanceledException) when (context.Batch.Acknowledging.IsCancellationRequested)
        {
            LogNoLastBeat(context.Instance.InstanceId);
        }

        // A beat that was refused is owed: the message is back while there is time for another.
        if ((context.Hooks.RunsOutAt - time.GetUtcNow()) / 2 is { } left && left < delay)
        {
            delay = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        return await SuccessorChain.AfterWorkAsync(context, result.Progress, annotations, time) is { } successor
            ? Instead(result, InterruptionResult.Skipped(InterruptionOutcome.Superseded, $"newer work {successor} on this node continues and completes the lifecycle hook"))
            : result with { Fate = sendOn with { Delay = delay } };
    }

    private TimeSpan Limit(TimeSpan delay, InterruptionContext context, InterruptionResult result)
    {
        // Not past 5 s before the next turn or date, and two seconds where the machine goes; a drained node waits for no date but its own.
        var now = time.GetUtcNow();
        delay = result.CompleteAt is null ? (result.Progress?.Bounds ?? context.Instance.BoundsAt(now, context.Options)).Cut(delay, now) : delay;

        // Never past a third of the hook's HeartbeatTimeout: two continuations may fail and it still lives. A short one goes on at once.
        return context.Hooks switch
        {
            { Names.Count: 0 } when context.Instance.Received.All(received => received.Action is null) => delay,
            { AreShort: true } => TimeSpan.Zero,
            { HeartbeatTimeout: { } timeout } => delay < timeout / 3 ? delay : timeout / 3,
            _ => delay < CarefulDelay ? delay : CarefulDelay,
        };
    }

    private async Task TellAsync(InterruptionContext context, InterruptionReport report, InterruptionResult result)
    {
        var isOver = result is { Progress.Annotation: not null, Fate: MessageFate.Handled } && report.IsFinal;
        await context.Notices.EndAsync(report, result.Progress, isOver, context.Batch.Acknowledging);
        if (result.Progress is { Target: var node })
        {
            events.Ended(node, report);
        }
    }

    [LoggerMessage(EventId = 613, Level = LogLevel.Error, Message = "Could not complete the lifecycle hook of {InstanceId}: {Why}. Retried by the next invocation while the hook waits")]
    private partial void LogNotReplied(string instanceId, string why);

    [LoggerMessage(EventId = 614, Level = LogLevel.Warning, Message = "No final heartbeat was sent for the lifecycle hook of {InstanceId} before forwarding its message")]
    private partial void LogNoLastBeat(string instanceId);
}
