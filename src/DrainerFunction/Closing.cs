using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>
/// The end of one instance's story, in the order in which nothing is lost: answer the hooks, or beat once more; send the
/// notices; say what becomes of each message; write the line.
/// </summary>
internal sealed partial class Closing(Notices notices, KubernetesEvents events, Reporter reporter, DrainerOptions options, TimeProvider time, ILogger<Closing> logger)
{
    // A shorter hook could run out between the hand-over and the next invocation.
    private static readonly TimeSpan ShortestHandedOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CarefulDelay = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyDictionary<string, Parting>> CloseAsync(Story story, Ending ending, WaitingHooks waiting, bool lost)
    {
        if (!options.DryRun && !lost)
        {
            ending = await RepliedAsync(story, ending, waiting);
            ending = await HandedOverAsync(story, ending, waiting);
            await NotifiedAsync(story, ending);
        }

        var partings = story.Interrupted.Received
            .GroupBy(received => received.Record.MessageId)
            .ToDictionary(message => message.Key, message => PartingOf(story, ending, [.. message]));
        Report(story, ending, waiting, partings);
        return partings;
    }

    private async Task<Ending> RepliedAsync(Story story, Ending ending, WaitingHooks waiting)
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
            return Ending.Later(InterruptionOutcome.Continues, $"the hook could not be answered: {refused.Message}{hint}", TimeSpan.FromSeconds(refused.Refusal is AwsRefusal.Denied ? 60 : 2));
        }
        catch (OperationCanceledException) when (story.Batch.Acknowledging.IsCancellationRequested)
        {
            return Ending.Later(InterruptionOutcome.Continues, "the hook could not be answered before the invocation ended", TimeSpan.Zero);
        }
    }

    private async Task<Ending> HandedOverAsync(Story story, Ending ending, WaitingHooks waiting)
    {
        if (ending.Owed.Fate is not MessageFate.SendOn sendOn)
        {
            return ending;
        }

        if (await SuccessorAsync(story) is { } successor)
        {
            return Ending.LeftAlone(InterruptionOutcome.Superseded, $"the younger chain {successor} of this node goes on and answers the hook");
        }

        try
        {
            await waiting.LastBeatAsync(story.Batch.Acknowledging);
        }
        catch (OperationCanceledException) when (story.Batch.Acknowledging.IsCancellationRequested)
        {
            LogNoLastBeat(story.Interrupted.InstanceId);
        }

        return waiting.HeartbeatTimeout < ShortestHandedOver
            ? Ending.Failed($"{sendOn.Why}; the hook's HeartbeatTimeout is under 60 s, too short for a hand-over, so the message is received again", atOnce: true)
            : ending with { Owed = ending.Owed with { Fate = sendOn with { Delay = Bounded(sendOn.Delay, waiting) } } };
    }

    // Never past a third of the hook's HeartbeatTimeout: two hand-overs may fail and it still lives.
    private static TimeSpan Bounded(TimeSpan delay, WaitingHooks waiting) => (waiting.Names.Count, waiting.HeartbeatTimeout) switch
    {
        (0, _) => delay,
        (_, { } timeout) => delay < timeout / 3 ? delay : timeout / 3,
        (_, null) => delay < CarefulDelay ? delay : CarefulDelay,
    };

    // Two copies of one message part here: the one whose chain is no longer the youngest ends.
    private static async Task<string?> SuccessorAsync(Story story)
    {
        if (story is not { Noted: { } noted, Target: { } target })
        {
            return null;
        }

        try
        {
            return await target.ApiServer.GetNodeAsync(target.NodeName, story.Batch.Acknowledging) is { } node
                && NodeInterruptions.Read(node) is { } latest && latest.InstanceId == noted.InstanceId && latest.BootId == noted.BootId
                && Chains.IsYounger(latest.Chain, noted.Chain) && noted.Hooks.All(latest.Hooks.Contains)
                && (latest.ChainAnswers || story.Interrupted.Received.All(received => received.Hook is null))
                    ? latest.Chain
                    : null;
        }
        catch (ApiServerException)
        {
            // Nobody can say: two may go on, and they meet again at the next hop.
            return null;
        }
        catch (OperationCanceledException) when (story.Batch.Acknowledging.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task NotifiedAsync(Story story, Ending ending)
    {
        story.Report.Outcome = ending.Outcome;
        if (story is { Noted: not null, Target: not null } && ending.Owed.Fate is MessageFate.Handled && story.Report.IsFinal)
        {
            story.Notices.Add(notices.FinishedAsync(story, story.Batch.Acknowledging));
        }

        await Task.WhenAll(story.Notices);
        if (story.Target is { } node)
        {
            (story.Report.Why, story.Report.Reply) = (ending.Owed.Why, ending.Owed.Reply);
            events.Ended(node, story.Report);
            await events.FlushAsync(node, story.Batch.Acknowledging);
        }
    }

    private Parting PartingOf(Story story, Ending ending, IReadOnlyList<Received> message)
    {
        var received = message[0];
        var living = story.Interrupted.Received.MaxBy(one => one.Chain, StringComparer.Ordinal)!;
        var chain = received.Record.MessageId == living.Record.MessageId && story.Noted is { } noted && Chains.IsYounger(noted.Chain, received.Chain) ? noted.Chain : received.Chain;
        var answered = message.Where(one => story.Answers.Any(answer => answer.Record.MessageId == one.Record.MessageId)).ToList();
        // A dry run sends nothing on: what it saw is said in its line, and that is all.
        return new(options.DryRun ? new MessageFate.Handled() : answered is [] ? Unconfirmed(message) : ending.Owed.Fate, chain, story.Report.Deadline, story.CompleteAt);
    }

    // Others of the same instance were confirmed and worked on; AWS may just lag behind on this one.
    private MessageFate Unconfirmed(IReadOnlyList<Received> message)
    {
        var now = time.GetUtcNow();
        if (message.Any(received => Verification.IsYoung(received.Interruption, now)))
        {
            return new MessageFate.SendOn(CarefulDelay, "AWS does not confirm it yet");
        }

        var due = message.Select(received => received.Interruption).OfType<Interruption.ScheduledChange>()
            .Select(change => change.Notice.StartTime - options.ScheduledChangeLeadTime - now).Where(wait => wait > TimeSpan.Zero).ToList();
        return due is [] ? new MessageFate.Handled() : new MessageFate.SendOn(due.Min(), "the scheduled change is not due yet");
    }

    private void Report(Story story, Ending ending, WaitingHooks waiting, Dictionary<string, Parting> partings)
    {
        var report = story.Report;
        (report.Outcome, report.Why, report.Reply) = (ending.Outcome, ending.Owed.Why, ending.Owed.Reply);
        (report.Hooks, report.Heartbeats) = ([.. waiting.Names], waiting.Heartbeats);
        (report.Node, report.HeartbeatTimes) = (story.Node, waiting.HeartbeatTimes);
        report.Chain = story.Noted?.Chain ?? report.Chain;
        report.Fates = [.. report.MessageIds.Select(id => partings[id].Fate)];
        story.Batch.Stories.Add(report);
        reporter.Finished(report, story.Batch.RequestId);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The hook of {InstanceId} could not be answered and is answered again by the next invocation: {Why}")]
    private partial void LogNotReplied(string instanceId, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hook of {InstanceId} got no last heartbeat before the hand-over")]
    private partial void LogNoLastBeat(string instanceId);
}
