using System.Diagnostics;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;

namespace DrainerFunction;

/// <summary>What is done to a node that was found and confirmed: cordon, and then drain, unless somebody younger already does.</summary>
internal sealed class CordonAndDrain(
    Cordoning cordoning, Drainer drainer, CordonOrders orders, Notices notices, KubernetesEvents events, DrainerOptions options, TimeProvider time)
{
    public async Task<Ending> DrainAsync(Story story, Resolution.Ready ready, WaitingHooks waiting, CancellationToken working)
    {
        (story.Target, story.Node) = (ready.Target, ready.Node);
        (story.Report.Cluster, story.Report.NodeName, story.Report.ResolvedAt) = (ready.Target.Cluster, ready.Target.NodeName, time.GetUtcNow());
        story.Answers = ready.Confirmed;
        var wanted = await orders.WantedAsync(story.Interrupted.Scope, ready.Confirmed, working);
        if (wanted.Acting is [])
        {
            return ready.Over is { } over ? await OverAsync(story, over, working) : Ending.LeftAlone(InterruptionOutcome.Ignored, "the group has its instances not replaced before a rebalance, so nobody would ever lift the cordon");
        }

        ready = await WithoutClosedAsync(ready, working);
        await waiting.KnownAsync(working);
        var order = orders.Of(ready, wanted, waiting);
        story.Report.Deadline = order.Deadline;
        if (wanted.IsDrain && Successors.Before(order) is { } successor)
        {
            return Ending.LeftAlone(InterruptionOutcome.Superseded, $"the younger chain {successor} of this node does the work and answers the hook");
        }

        return await cordoning.CordonAsync(order, working) switch
        {
            CordonReply.NodeGone => Ending.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, "the cluster removed the node while it was being cordoned"),
            CordonReply.NotThisInstance(var providerId) => Ending.LeftAlone(InterruptionOutcome.NotOurs, $"the node now belongs to another instance ({providerId})"),
            CordonReply.ThreatPassed(var node, var why) =>
                await UndoAsync(story, new(ready.Target, node, new() { Before = ready.Instance.LaunchedAt }, why), working),
            CordonReply.Cordoned cordoned => await CordonedAsync(story, ready, cordoned, waiting, wanted.IsDrain, working),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
    }

    /// <summary>The threat has passed: takes back what we did for it, and nothing else.</summary>
    public async Task<Ending> UndoAsync(Story story, Resolution.Closed closed, CancellationToken working)
    {
        var (target, node, undo, why) = closed;
        (story.Target, story.Node) = (target, node);
        (story.Report.Cluster, story.Report.NodeName) = (target.Cluster, target.NodeName);
        if (options.DryRun)
        {
            return Ending.LeftAlone(InterruptionOutcome.DryRun, $"a dry run: {why}; a cordon of ours would be lifted");
        }

        return await cordoning.UndoAsync(target, node, undo, working) switch
        {
            UndoReply.Undone => Ending.Answered(InterruptionOutcome.Undone, LifecycleReply.Leave, $"{why}; the cordon is lifted"),
            UndoReply.StaysCordoned => Ending.LeftAlone(InterruptionOutcome.Undone, $"{why}; the node stays cordoned for what else is to happen to its instance"),
            _ => Ending.LeftAlone(InterruptionOutcome.Undone, $"{why}; there is nothing of ours to undo"),
        };
    }

    private async Task<Ending> OverAsync(Story story, Resolution over, CancellationToken working) => over switch
    {
        Resolution.Closed closed => await UndoAsync(story, closed, working),
        Resolution.NotYet(var outcome, var why, var after) => Ending.Later(outcome, why, after),
        Resolution.LeftAlone(var outcome, var why) => Ending.LeftAlone(outcome, why),
        var unknown => throw new UnreachableException($"Unknown {unknown}."),
    };

    // Something else is about to be cordoned for: what was closed must not go on shortening its time.
    private async Task<Resolution.Ready> WithoutClosedAsync(Resolution.Ready ready, CancellationToken working) =>
        ready.Over is Resolution.Closed closed
            && await cordoning.UndoAsync(ready.Target, ready.Node, closed.Undo with { StaysCordoned = true }, working) is UndoReply.StaysCordoned(var node)
                ? ready with { Node = node }
                : ready;

    private async Task<Ending> CordonedAsync(
        Story story, Resolution.Ready ready, CordonReply.Cordoned cordoned, WaitingHooks waiting, bool isDrain, CancellationToken working)
    {
        (story.Node, story.Noted, story.Report.CordonedAt) = (cordoned.Node, cordoned.Noted, time.GetUtcNow());
        if (!isDrain)
        {
            story.RepliesTo = [.. story.Answers.Where(received => options.ActionFor(received.Interruption.Kind) is InterruptionAction.Cordon).Select(received => received.Hook).OfType<WaitingHook>()];
            return options.DryRun
                ? Ending.LeftAlone(InterruptionOutcome.DryRun, "a dry run: the node would be cordoned, and its hook completed")
                : Ending.Answered(InterruptionOutcome.Cordoned, LifecycleReply.Continue, "the node is cordoned, as its action says");
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
            story.Notices.Add(notices.StartedAsync(story, working));
        }

        await story.Place.WaitForOthersAsync(ready.Target.Cluster, working);
        return await EmptiedAsync(story, ready, cordoned, waiting, working);
    }

    private async Task<Ending> EmptiedAsync(
        Story story, Resolution.Ready ready, CordonReply.Cordoned cordoned, WaitingHooks waiting, CancellationToken working)
    {
        await using var gone = new GoneInstance(story, waiting, working);
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, story.Batch.Spent);
        var deadline = cordoned.Noted.Bound;
        story.Report.Deadline = deadline;
        var order = new DrainOrder { Target = ready.Target, Cordon = cordoned, Deadline = new(deadline), AskOnce = ready.Instance.IsOff };
        var outcome = await drainer.DrainAsync(order, spent.Token, story.Lost);
        story.Report.Drain = outcome.Report;
        if (outcome is DrainOutcome.OutOfTime && gone.Token.IsCancellationRequested)
        {
            return Ending.Answered(InterruptionOutcome.NoNode, LifecycleReply.Leave, "the hook is over and EC2 says that the instance is gone");
        }

        return await SettledAsync(story, ready, outcome, working);
    }

    private async Task<Ending> SettledAsync(Story story, Resolution.Ready ready, DrainOutcome outcome, CancellationToken working)
    {
        if (outcome is DrainOutcome.Drained && options.EnableOutOfServiceTaint && ready.Instance.IsOff)
        {
            await cordoning.MarkOutOfServiceAsync(ready.Target, story.Node!, working);
        }

        if (outcome is DrainOutcome.Drained && story.Noted!.Hooks is not [] && options.CompleteLifecycleActionDelay is { } delay && await HeldBackAsync(story, delay, working) is { } later)
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
    private async Task<Ending?> HeldBackAsync(Story story, TimeSpan delay, CancellationToken working)
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
            return Ending.Later(InterruptionOutcome.Continues, $"the node is drained; its hook is completed at {completeAt:O}", completeAt - time.GetUtcNow());
        }

        var left = completeAt - time.GetUtcNow();
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, working);
        return null;
    }
}
