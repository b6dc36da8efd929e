using System.Diagnostics;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>What is done to a node that was found and confirmed: cordon, and then drain, unless somebody younger already does.</summary>
internal sealed class DrainStage(
    NodeCordon cordoning, Drainer drainer, ActionSelector orders, DrainNotices notices, KubernetesEventPublisher events, DrainerOptions options, TimeProvider time)
{
    public async Task<InterruptionResult> DrainAsync(InterruptionContext story, Resolution.Ready ready, HookHeartbeats waiting, CancellationToken working)
    {
        (story.Target, story.Node) = (ready.Target, ready.Node);
        (story.Report.Cluster, story.Report.NodeName, story.Report.ResolvedAt) = (ready.Target.Cluster, ready.Target.NodeName, time.GetUtcNow());
        story.Answers = ready.Confirmed;
        var wanted = await orders.SelectAsync(story.Interrupted.Scope, ready.Confirmed, working);
        if (wanted.Acting is [])
        {
            return ready.Over is { } over ? await EndClosedChangeAsync(story, over, working) : InterruptionResult.LeftAlone(InterruptionOutcome.Ignored, "the group has its instances not replaced before a rebalance, so nobody would ever lift the cordon");
        }

        ready = await ForgetClosedChangeAsync(ready, working);
        await waiting.WaitUntilKnownAsync(working);
        var order = orders.Of(ready, wanted, waiting);
        story.Report.Deadline = order.Deadline;
        if (wanted.IsDrain && ChainOwnership.Before(order) is { } successor)
        {
            return InterruptionResult.LeftAlone(InterruptionOutcome.Superseded, $"the younger chain {successor} of this node does the work and answers the hook");
        }

        return await cordoning.CordonAsync(order, working) switch
        {
            CordonReply.NodeGone => InterruptionResult.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, "the cluster removed the node while it was being cordoned"),
            CordonReply.NotThisInstance(var providerId) => InterruptionResult.LeftAlone(InterruptionOutcome.NotOurs, $"the node now belongs to another instance ({providerId})"),
            CordonReply.ThreatPassed(var node, var why) =>
                await UndoAsync(story, new(ready.Target, node, new() { Before = ready.Instance.LaunchedAt }, why), working),
            CordonReply.Cordoned cordoned => await DrainCordonedAsync(story, ready, cordoned, waiting, wanted.IsDrain, working),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
    }

    /// <summary>The threat has passed: takes back what we did for it, and nothing else.</summary>
    public async Task<InterruptionResult> UndoAsync(InterruptionContext story, Resolution.Closed closed, CancellationToken working)
    {
        var (target, node, undo, why) = closed;
        (story.Target, story.Node) = (target, node);
        (story.Report.Cluster, story.Report.NodeName) = (target.Cluster, target.NodeName);
        if (options.DryRun)
        {
            return InterruptionResult.LeftAlone(InterruptionOutcome.DryRun, $"a dry run: {why}; a cordon of ours would be lifted");
        }

        return await cordoning.UndoAsync(target, node, undo, working) switch
        {
            UndoReply.Undone => InterruptionResult.Answered(InterruptionOutcome.Undone, LifecycleReply.Leave, $"{why}; the cordon is lifted"),
            UndoReply.StaysCordoned => InterruptionResult.LeftAlone(InterruptionOutcome.Undone, $"{why}; the node stays cordoned for what else is to happen to its instance"),
            _ => InterruptionResult.LeftAlone(InterruptionOutcome.Undone, $"{why}; there is nothing of ours to undo"),
        };
    }

    private async Task<InterruptionResult> EndClosedChangeAsync(InterruptionContext story, Resolution over, CancellationToken working) => over switch
    {
        Resolution.Closed closed => await UndoAsync(story, closed, working),
        Resolution.NotYet(var outcome, var why, var after) => InterruptionResult.Later(outcome, why, after),
        Resolution.LeftAlone(var outcome, var why) => InterruptionResult.LeftAlone(outcome, why),
        var unknown => throw new UnreachableException($"Unknown {unknown}."),
    };

    // Something else is about to be cordoned for: what was closed must not go on shortening its time.
    private async Task<Resolution.Ready> ForgetClosedChangeAsync(Resolution.Ready ready, CancellationToken working) =>
        ready.Over is Resolution.Closed closed
            && await cordoning.UndoAsync(ready.Target, ready.Node, closed.Undo with { StaysCordoned = true }, working) is UndoReply.StaysCordoned(var node)
                ? ready with { Node = node }
                : ready;

    private async Task<InterruptionResult> DrainCordonedAsync(
        InterruptionContext story, Resolution.Ready ready, CordonReply.Cordoned cordoned, HookHeartbeats waiting, bool isDrain, CancellationToken working)
    {
        (story.Node, story.Noted, story.Report.CordonedAt) = (cordoned.Node, cordoned.Noted, time.GetUtcNow());
        if (!isDrain)
        {
            story.RepliesTo = [.. story.Answers.Where(received => options.ActionFor(received.Interruption.Kind) is InterruptionAction.Cordon).Select(received => received.Hook).OfType<LifecycleHookName>()];
            return options.DryRun
                ? InterruptionResult.LeftAlone(InterruptionOutcome.DryRun, "a dry run: the node would be cordoned, and its hook completed")
                : InterruptionResult.Answered(InterruptionOutcome.Cordoned, LifecycleReply.Continue, "the node is cordoned, as its action says");
        }

        // Anybody who may annotate a node could name a hook there; only ours are ours.
        foreach (var hook in cordoned.Noted.Hooks.Where(hook => options.LifecycleHooks.IsOurs(hook.Hook)))
        {
            waiting.Keep(new(hook.Group, hook.Hook, story.Interrupted.InstanceId, Token: null), working);
        }

        events.Interrupted(ready.Target, story.Report);
        events.Cordoned(ready.Target);
        if (cordoned.ClaimedStarted && story.Notices is [])
        {
            story.Notices.Add(notices.SendStartedAsync(story, working));
        }

        await story.Place.WaitForOthersAsync(ready.Target.Cluster, working);
        return await DrainAsync(story, ready, cordoned, waiting, working);
    }

    private async Task<InterruptionResult> DrainAsync(
        InterruptionContext story, Resolution.Ready ready, CordonReply.Cordoned cordoned, HookHeartbeats waiting, CancellationToken working)
    {
        await using var gone = new InstanceGoneCheck(story, waiting, working);
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, story.Batch.Spent);
        var deadline = cordoned.Noted.Bound;
        story.Report.Deadline = deadline;
        var order = new DrainOrder { Target = ready.Target, Cordon = cordoned, Deadline = new(deadline), AskOnce = ready.Instance.IsOff };
        var outcome = await drainer.DrainAsync(order, spent.Token, story.Lost);
        story.Report.Drain = outcome.Report;
        if (outcome is DrainOutcome.OutOfTime && gone.Token.IsCancellationRequested)
        {
            return InterruptionResult.Answered(InterruptionOutcome.NoNode, LifecycleReply.Leave, "the hook is over and EC2 says that the instance is gone");
        }

        return await FinishDrainAsync(story, ready, outcome, working);
    }

    private async Task<InterruptionResult> FinishDrainAsync(InterruptionContext story, Resolution.Ready ready, DrainOutcome outcome, CancellationToken working)
    {
        if (outcome is DrainOutcome.Drained && options.EnableOutOfServiceTaint && ready.Instance.IsOff)
        {
            await cordoning.MarkOutOfServiceAsync(ready.Target, story.Node!, working);
        }

        if (outcome is DrainOutcome.Drained && story.Noted!.Hooks is not [] && options.CompleteLifecycleActionDelay is { } delay && await DelayCompletionAsync(story, delay, working) is { } later)
        {
            return later;
        }

        var (result, owed) = (outcome switch
        {
            DrainOutcome.Drained => InterruptionOutcome.Drained,
            DrainOutcome.NodeGone => InterruptionOutcome.NoNode,
            DrainOutcome.BoundReached => InterruptionOutcome.DeadlineMissed,
            DrainOutcome.OutOfTime => InterruptionOutcome.Continues,
            DrainOutcome.OnlyPlanned => InterruptionOutcome.DryRun,
            _ => throw new UnreachableException($"Unknown {outcome}."),
        }, Acknowledgement.Of(outcome, options.OnTimeout));
        return new(result, owed);
    }

    // Load balancers and the like get their moment; what does not fit into this invocation is remembered, not begun anew.
    private async Task<InterruptionResult?> DelayCompletionAsync(InterruptionContext story, TimeSpan delay, CancellationToken working)
    {
        var completeAt = story.Answers.Max(received => received.CompleteAt) ?? time.GetUtcNow() + delay;
        if (story.Noted!.CompleteAt < completeAt)
        {
            completeAt = story.Noted.CompleteAt.Value;
        }

        if (completeAt > story.Batch.WorkEnds)
        {
            story.CompleteAt = completeAt;
            await cordoning.NoteCompletionAsync(story.Target!, story.Node!, completeAt, working);
            return InterruptionResult.Later(InterruptionOutcome.Continues, $"the node is drained; its hook is completed at {completeAt:O}", completeAt - time.GetUtcNow());
        }

        var left = completeAt - time.GetUtcNow();
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, working);
        return null;
    }
}
