using System.Diagnostics;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>What is done to a node that was found and confirmed: cordon, and then drain, unless a newer message already does.</summary>
internal sealed partial class DrainStage(
    ActionSelector actions, AnnotationReader annotations, CordonStage cordon, NodeCordon cordoning, Drainer drainer, StageRunner runner, KubernetesEventPublisher events, LifecycleHookCache hooks,
    DrainerOptions options, TimeProvider time, ILogger<DrainStage> logger)
{
    public async Task<InterruptionResult> CordonAndDrainAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var work = new NodeWork(found.Target, found.Node, found.Confirmed) { ResolvedAt = time.GetUtcNow() };
        return await runner.RunAsync(context, work, async () =>
        {
            var action = await actions.SelectAsync(context, found.Confirmed, working);
            if (action.Acting is [])
            {
                return found.ClosedChange is { } closed
                    ? await cordon.EndClosedChangeAsync(work, closed, working)
                    : Of(work, InterruptionResult.Skipped(InterruptionOutcome.Ignored, found.Confirmed.All(context.Ignores) ? "a tag of its group sets the action to ignore" : "the Auto Scaling group does not replace instances on a rebalance recommendation, so a cordon would never be lifted"));
            }

            found = await cordon.ForgetClosedChangeAsync(found, working);
            await context.Hooks.WaitUntilKnownAsync(working);
            var order = actions.Of(found, action, context);
            work = work with { Bounds = order.Bounds };
            if (action.IsDrain && ChainOwnership.SuccessorBeforeCordon(order, annotations) is { } successor)
            {
                return Of(work, InterruptionResult.Skipped(InterruptionOutcome.Superseded, $"newer work {successor} on this node drains it and completes the lifecycle hook"));
            }

            await WarnOfManyHooksAsync(context, order, working);
            return await cordon.CordonAsync(work, found.Instance, order, working) switch
            {
                CordonStageReply.Over(var result) => result,
                CordonStageReply.Cordoned(_, var cordoned) when !action.IsDrain => CordonedOnly(context, cordoned),
                CordonStageReply.Cordoned(var reply, var cordoned) =>
                    await runner.RunAsync(context, cordoned, () => DrainAsync(context, found, order, reply, cordoned, working)),
                var unknown => throw new UnreachableException($"Unknown {unknown}."),
            };
        });
    }

    private static InterruptionResult CordonedOnly(InterruptionContext context, NodeWork work) => Of(work, InterruptionResult.Answered(InterruptionOutcome.Cordoned, LifecycleReply.Continue, "cordon is the configured action")) with
    {
        RepliesTo = [.. work.Confirmed.Where(received => context.Options.ActionFor(received.Interruption.Kind) is InterruptionAction.Cordon).Select(received => received.Hook).OfType<LifecycleHookName>()],
    };

    private async Task<InterruptionResult> DrainAsync(
        InterruptionContext context, Resolution.Found found, CordonOrder ordered, CordonReply.Cordoned cordoned, NodeWork work, CancellationToken working)
    {
        // A hook that the annotation names is kept waiting only if LIFECYCLE_HOOKS says that it belongs to this function, and its group has it.
        foreach (var hook in cordoned.Noted.Hooks.Where(hook => options.LifecycleHooks.IsOurs(hook.Hook)))
        {
            context.Hooks.KeepRemembered(new(hook.Group, hook.Hook, context.Instance.InstanceId, Token: null), working);
        }

        events.Interrupted(work.Target, context.Notices.ReportOf(work));
        events.Cordoned(work.Target);
        if (cordoned.ClaimedStarted)
        {
            context.Notices.SendStarted(work, working);
        }

        await context.Place.WaitForOthersAsync(work.Target.Cluster, working);
        await using var gone = new InstanceGoneCheck(context, ordered.Bounds.IsGoing && !found.Instance.IsOff, time, working);
        await using var spot = new SpotRequestCheck(context, work.Confirmed, options.VerifyInterruptions, time, working);
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, spot.Token, context.Batch.Spent);
        var order = new DrainOrder { Target = work.Target, Cordon = cordoned, Bounds = ordered.Bounds, AskOnce = found.Instance.IsOff, Settings = context.Options };
        var outcome = await drainer.DrainAsync(order, spent.Token, context.LeaseLost);
        work = work with { Drain = outcome.Report };
        outcome = outcome is DrainOutcome.OutOfTime && gone.Token.IsCancellationRequested ? new DrainOutcome.MachineGone(outcome.Report) : outcome;
        if (outcome is DrainOutcome.OutOfTime && spot.Token.IsCancellationRequested)
        {
            return Of(work, InterruptionResult.Deferred(InterruptionOutcome.Continues, "the Spot request of the instance no longer says that EC2 takes it", TimeSpan.Zero));
        }

        return outcome is DrainOutcome.BoundReached && ordered.Bounds.Deciding is Bound.Machine
            ? Of(work, InterruptionResult.Deferred(InterruptionOutcome.Continues, "the instance was to be ended by now; EC2 is asked whether it still runs", TimeSpan.Zero))
            : await runner.RunAsync(context, work, () => FinishDrainAsync(context, found, outcome, cordoned, work, working));
    }

    private async Task<InterruptionResult> FinishDrainAsync(
        InterruptionContext context, Resolution.Found found, DrainOutcome outcome, CordonReply.Cordoned cordoned, NodeWork work, CancellationToken working)
    {
        if (outcome is DrainOutcome.Drained or DrainOutcome.MachineGone && options.EnableOutOfServiceTaint && found.Instance.IsOff)
        {
            await cordoning.MarkOutOfServiceAsync(work.Target, work.Node, working);
        }

        if (outcome is DrainOutcome.Drained && cordoned.Noted.Hooks is not [] && options.CompleteLifecycleActionDelay is { } delay
            && await DelayCompletionAsync(context, cordoned.Noted, work, delay, working) is { } later)
        {
            return Of(work, later);
        }

        var result = outcome switch
        {
            DrainOutcome.Drained or DrainOutcome.BoundReached or DrainOutcome.MachineGone when EarlierDrain.Of(context, cordoned.Before, outcome, work, time.GetUtcNow()) => InterruptionOutcome.AlreadyHandled,
            DrainOutcome.Drained => InterruptionOutcome.Drained,
            DrainOutcome.MachineGone { Report: { PodsWereListed: true, Outlived: "" } } => InterruptionOutcome.Drained,
            DrainOutcome.MachineGone => InterruptionOutcome.DeadlineMissed,
            DrainOutcome.NodeGone => InterruptionOutcome.NoNode,
            DrainOutcome.BoundReached => InterruptionOutcome.DeadlineMissed,
            DrainOutcome.OutOfTime => InterruptionOutcome.Continues,
            DrainOutcome.OnlyPlanned => InterruptionOutcome.DryRun,
            _ => throw new UnreachableException($"Unknown {outcome}."),
        };
        return Of(work, new(result, Acknowledgement.Of(outcome, options.OnTimeout)));
    }

    // Load balancers and the like get their moment; what does not fit into this invocation is remembered, not begun anew.
    private async Task<InterruptionResult?> DelayCompletionAsync(
        InterruptionContext context, InterruptionAnnotation annotation, NodeWork work, TimeSpan delay, CancellationToken working)
    {
        var completeAt = work.Confirmed.Max(received => received.CompleteAt) ?? time.GetUtcNow() + delay;
        if (annotation.CompleteAt < completeAt)
        {
            completeAt = annotation.CompleteAt.Value;
        }

        if (completeAt > context.Batch.WorkEnds)
        {
            await cordoning.NoteCompletionAsync(work.Target, work.Node, completeAt, working);
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, $"the node is drained; its lifecycle hook is completed at {completeAt:u}", completeAt - time.GetUtcNow()) with { CompleteAt = completeAt };
        }

        var left = completeAt - time.GetUtcNow();
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, working);
        return null;
    }

    // All of them are completed, another controller's too: said where nothing says that they belong to this function.
    private async Task WarnOfManyHooksAsync(InterruptionContext context, CordonOrder order, CancellationToken working)
    {
        if (options.LifecycleHooks.AreNamed || order.Hooks is not [{ Group: var group }, ..] || context.Instance.Received.Any(received => received.Attempt > 0))
        {
            return;
        }

        var own = (await hooks.TryOfGroupAsync(context.Instance.Scope, group, working))
            .Where(hook => hook.Transition == LifecycleStates.Terminating && options.LifecycleHooks.IsOurs(hook.HookName)).Select(hook => hook.HookName).ToList();
        if (own.Count > 1)
        {
            LogManyHooks(group, own, context.Instance.InstanceId);
        }
    }

    private static InterruptionResult Of(NodeWork work, InterruptionResult result) => result with { Work = work, Answers = work.Confirmed };

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Auto Scaling group {Group} has several termination hooks ({Hooks}) and LIFECYCLE_HOOKS is not set: all of them are completed when {InstanceId} is drained")]
    private partial void LogManyHooks(string group, IReadOnlyList<string> hooks, string instanceId);
}
