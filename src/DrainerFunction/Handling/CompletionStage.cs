using DrainerFunction.Aws;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// The end of one instance's story, in the order in which nothing is lost: answer the hooks, or beat once more; send the
/// notices; say what becomes of each message; write the line.
/// </summary>
internal sealed partial class CompletionStage(MessageResults partings, DrainNotices notices, KubernetesEventPublisher events, Reporter reporter, DrainerOptions options, TimeProvider time, ILogger<CompletionStage> logger)
{
    private static readonly TimeSpan CarefulDelay = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyDictionary<string, MessageResult>> CompleteAsync(InterruptionContext story, InterruptionResult ending, HookHeartbeats waiting, bool lost)
    {
        if (!options.DryRun && !lost)
        {
            ending = await CompleteHooksAsync(story, ending, waiting);
            ending = await PrepareContinuationAsync(story, ending, waiting);
            await SendNoticesAsync(story, ending);
        }

        ending = options.DryRun && ending.Owed is { Reply: not LifecycleReply.Leave } owed && story.Interrupted.Received.Any(received => received.Action is not null)
            ? ending with { Owed = owed with { Reply = LifecycleReply.Leave, Why = $"a dry run: its hook would be answered {owed.Reply.ToString().ToUpperInvariant()}: {owed.Why}" } }
            : ending;

        var ofMessages = partings.Of(story, ending);
        Report(story, ending, waiting, ofMessages);
        return ofMessages;
    }

    private async Task<InterruptionResult> CompleteHooksAsync(InterruptionContext story, InterruptionResult ending, HookHeartbeats waiting)
    {
        var hooks = waiting.Names.Intersect(story.RepliesTo.Select(hook => (hook.Group, hook.Hook))).ToList();
        if (ending.Owed.Reply is LifecycleReply.Leave || hooks is [])
        {
            return ending;
        }

        try
        {
            await waiting.ReplyAsync(hooks, ending.Owed.Reply is LifecycleReply.Continue ? LifecycleResult.Continue : LifecycleResult.Abandon, story.Batch.Acknowledging);
            story.Report.CompletedAt = time.GetUtcNow();
            return ending;
        }
        catch (AwsCallException refused)
        {
            var hint = refused.Refusal is AwsRefusal.Denied ? "; the group must carry the managed tag, or the role's policy must name the group" : "";
            LogNotReplied(story.Interrupted.InstanceId, refused.Message + hint);
            if (waiting.AreOver || time.GetUtcNow() >= LastReply(story, waiting))
            {
                return InterruptionResult.LeftAlone(InterruptionOutcome.DeadlineMissed, $"the hook could not be answered and has run into its own timeout: {refused.Message}{hint}");
            }

            return InterruptionResult.Later(InterruptionOutcome.Continues, $"the hook could not be answered: {refused.Message}{hint}", TimeSpan.FromSeconds(refused.Refusal is AwsRefusal.Denied ? 60 : 2));
        }
        catch (OperationCanceledException) when (story.Batch.Acknowledging.IsCancellationRequested)
        {
            return InterruptionResult.Later(InterruptionOutcome.Continues, "the hook could not be answered before the invocation ended", TimeSpan.Zero);
        }
    }

    // Nobody's answer is refused for ever: once the hook cannot be waiting any more, there is nothing left to answer.
    private DateTimeOffset LastReply(InterruptionContext story, HookHeartbeats waiting) =>
        (story.Report.Deadline?.At ?? story.Interrupted.FirstSeen).After(waiting.LongestLimit ?? options.MaxDrainDuration);

    private async Task<InterruptionResult> PrepareContinuationAsync(InterruptionContext story, InterruptionResult ending, HookHeartbeats waiting)
    {
        if (ending.Owed.Fate is not MessageFate.SendOn sendOn)
        {
            return ending;
        }

        // The hook first: it lives by the second, and the cluster may take its time.
        try
        {
            await waiting.LastBeatAsync(story.Batch.Acknowledging);
        }
        catch (OperationCanceledException) when (story.Batch.Acknowledging.IsCancellationRequested)
        {
            LogNoLastBeat(story.Interrupted.InstanceId);
        }

        return await ChainOwnership.AfterAsync(story, time) is { } successor
            ? InterruptionResult.LeftAlone(InterruptionOutcome.Superseded, $"the younger chain {successor} of this node goes on and answers the hook")
            : ending with { Owed = ending.Owed with { Fate = sendOn with { Delay = Limit(sendOn.Delay, story, waiting) } } };
    }

    // Never past a third of the hook's HeartbeatTimeout: two hand-overs may fail and it still lives. A short one is waited for
    // by nobody longer than Lambda needs to come back.
    private static TimeSpan Limit(TimeSpan delay, InterruptionContext story, HookHeartbeats waiting) => waiting switch
    {
        { Names.Count: 0 } when story.Interrupted.Received.All(received => received.Action is null) => delay,
        { AreShort: true } => TimeSpan.Zero,
        { HeartbeatTimeout: { } timeout } => delay < timeout / 3 ? delay : timeout / 3,
        _ => delay < CarefulDelay ? delay : CarefulDelay,
    };

    private async Task SendNoticesAsync(InterruptionContext story, InterruptionResult ending)
    {
        story.Report.Outcome = ending.Outcome;
        if (story is { Noted: not null, Target: not null } && ending.Owed.Fate is MessageFate.Handled && story.Report.IsFinal)
        {
            story.Notices.Add(notices.SendFinishedAsync(story, story.Batch.Acknowledging));
        }

        await Task.WhenAll(story.Notices);
        if (story.Target is { } node)
        {
            (story.Report.Why, story.Report.Reply) = (ending.Owed.Why, ending.Owed.Reply);
            events.Ended(node, story.Report);
            story.Batch.Telling.Add(events.FlushAsync(node, story.Batch.Acknowledging));
        }
    }

    private void Report(InterruptionContext story, InterruptionResult ending, HookHeartbeats waiting, IReadOnlyDictionary<string, MessageResult> ofMessages)
    {
        var report = story.Report;
        (report.Outcome, report.Why, report.Reply) = (ending.Outcome, ending.Owed.Why, ending.Owed.Reply);
        (report.Hooks, report.Heartbeats) = ([.. waiting.Names], waiting.Heartbeats);
        (report.Node, report.HeartbeatTimes) = (story.Node, waiting.HeartbeatTimes);
        report.Chain = story.Noted?.Chain ?? report.Chain;
        report.Fates = [.. report.MessageIds.Select(id => ofMessages[id].Fate)];
        story.Batch.Stories.Add(report);
        reporter.Finished(report, story.Batch.RequestId);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The hook of {InstanceId} could not be answered and is answered again by the next invocation: {Why}")]
    private partial void LogNotReplied(string instanceId, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hook of {InstanceId} got no last heartbeat before the hand-over")]
    private partial void LogNoLastBeat(string instanceId);
}
