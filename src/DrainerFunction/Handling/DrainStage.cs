using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;

namespace DrainerFunction.Handling;

/// <summary>Drains a node that is cordoned, and says what the drain's end means for its interruption.</summary>
internal sealed class DrainStage(NodeCordon cordoning, NodeDrainer drainer, StageRunner runner, KubernetesEventPublisher events, TimeProvider time)
{
    public async Task<InterruptionResult> DrainAsync(
        InterruptionContext context, Instance instance, CordonOrder ordered, CordonReply.Cordoned cordoned, NodeProgress progress, CancellationToken working)
    {
        // A hook that the annotation names is kept waiting only if LIFECYCLE_HOOKS says that it belongs to this function, and its group has it.
        var isEnding = context.Instance.Received.All(received => received.Interruption is Interruption.StateChange);
        foreach (var hook in cordoned.Noted.Hooks.Where(hook => context.Options.LifecycleHooks.IsOurs(hook.Hook)))
        {
            context.Hooks.KeepRemembered(new(hook.Group, hook.Hook, context.Instance.InstanceId, Token: null), isEnding, working);
        }

        events.Interrupted(progress.Target, context.Report.Of(progress));
        events.Cordoned(progress.Target);
        if (cordoned.ClaimedStarted)
        {
            context.Notices.SendStarted(progress, working);
        }

        await context.Place.WaitForOthersAsync(progress.Target.Cluster, working);
        await using var watch = new InstanceWatch(context, progress.Confirmed, ordered.Bounds.IsGoing && !instance.IsOff, time, working);
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(watch.Off, watch.Refuted, context.Batch.Spent);
        var order = new DrainOrder { Target = progress.Target, Cordon = cordoned, Bounds = ordered.Bounds, AskOnce = instance.IsOff, Settings = context.Options };
        var outcome = await drainer.DrainAsync(order, spent.Token, context.LeaseLost);
        progress = progress with { Drain = outcome.Report };
        outcome = outcome is DrainOutcome.OutOfTime && watch.Off.IsCancellationRequested ? new DrainOutcome.MachineGone(outcome.Report) : outcome;
        if (outcome is DrainOutcome.OutOfTime && watch.Refuted.IsCancellationRequested)
        {
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, "the Spot request of the instance no longer says that EC2 takes it", TimeSpan.Zero).Of(progress);
        }

        return outcome is DrainOutcome.BoundReached && ordered.Bounds.Deciding is Bound.Machine
            ? InterruptionResult.Deferred(InterruptionOutcome.Continues, "the instance was to be ended by now; EC2 is asked whether it still runs", TimeSpan.Zero).Of(progress)
            : await runner.RunAsync(context, progress, () => FinishDrainAsync(context, instance, outcome, cordoned, progress, working));
    }

    private async Task<InterruptionResult> FinishDrainAsync(
        InterruptionContext context, Instance instance, DrainOutcome outcome, CordonReply.Cordoned cordoned, NodeProgress progress, CancellationToken working)
    {
        if (outcome is DrainOutcome.Drained or DrainOutcome.MachineGone && context.Options.EnableOutOfServiceTaint && instance.IsOff)
        {
            await cordoning.MarkOutOfServiceAsync(progress.Target, progress.Node, working);
        }

        if (outcome is DrainOutcome.Drained && cordoned.Noted.Hooks is not [] && context.Options.CompleteLifecycleActionDelay is { } delay
            && await DelayCompletionAsync(context, cordoned.Noted, progress, delay, working) is { } later)
        {
            return later.Of(progress);
        }

        var result = DrainResult.Of(outcome, context.Options.OnTimeout).Of(progress);
        return EarlierDrain.Covers(context, cordoned.Before, outcome, progress, time.GetUtcNow()) ? result with { Outcome = InterruptionOutcome.AlreadyHandled } : result;
    }

    // Load balancers and the like get their moment; what does not fit into this invocation is remembered, not begun anew.
    private async Task<InterruptionResult?> DelayCompletionAsync(
        InterruptionContext context, InterruptionAnnotation annotation, NodeProgress progress, TimeSpan delay, CancellationToken working)
    {
        var completeAt = progress.Confirmed.Max(received => received.CompleteAt) ?? time.GetUtcNow() + delay;
        if (annotation.CompleteAt < completeAt)
        {
            completeAt = annotation.CompleteAt.Value;
        }

        if (completeAt > context.Batch.WorkEnds)
        {
            await cordoning.NoteCompletionAsync(progress.Target, progress.Node, completeAt, working);
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, $"the node is drained; its lifecycle hook is completed at {completeAt:u}", completeAt - time.GetUtcNow()) with { CompleteAt = completeAt };
        }

        var left = completeAt - time.GetUtcNow();
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, working);
        return null;
    }
}
