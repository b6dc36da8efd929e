using System.Diagnostics;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>What is done to a node that was found and confirmed: nothing, a cordon, or a cordon and then a drain, unless a newer message already does it.</summary>
internal sealed partial class ActionStage(
    ActionSelector actions, AnnotationReader annotations, CordonStage cordon, DrainStage drain, StageRunner runner, LifecycleHookCache hooks, TimeProvider time, ILogger<ActionStage> logger)
{
    public async Task<InterruptionResult> ActAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var progress = new NodeProgress(found.Target, found.Node, found.Confirmed) { ResolvedAt = time.GetUtcNow() };
        return await runner.RunAsync(context, progress, async () =>
        {
            var action = await actions.SelectAsync(context, found.Confirmed, working);
            if (action.Acting is [])
            {
                return found.ClosedChange is { } closed
                    ? await cordon.EndClosedChangeAsync(progress, closed, working)
                    : InterruptionResult.Skipped(InterruptionOutcome.Ignored, found.Confirmed.All(context.Ignores) ? InterruptionContext.WhyIgnored : "the Auto Scaling group does not replace instances on a rebalance recommendation, so a cordon would never be lifted").Of(progress);
            }

            found = await cordon.ForgetClosedChangeAsync(found, working);
            await context.Hooks.WaitUntilKnownAsync(working);
            var order = actions.OrderOf(found, action, context);
            progress = progress with { Order = order };
            if (action.IsDrain && SuccessorChain.BeforeCordon(order, annotations, time.GetUtcNow()) is { } successor)
            {
                return InterruptionResult.Skipped(InterruptionOutcome.Superseded, $"newer work {successor} on this node drains it and completes the lifecycle hook").Of(progress);
            }

            await WarnOfManyHooksAsync(context, order, working);
            return await cordon.CordonAsync(progress, found.Instance, order, working) switch
            {
                CordonStageReply.Over(var result) => result,
                CordonStageReply.Cordoned(_, var cordoned) when !action.IsDrain => CordonedOnly(context, cordoned),
                CordonStageReply.Cordoned(var reply, var cordoned) =>
                    await runner.RunAsync(context, cordoned, () => drain.DrainAsync(context, found.Instance, order, reply, cordoned, working)),
                var unknown => throw new UnreachableException($"Unknown {unknown}."),
            };
        });
    }

    private static InterruptionResult CordonedOnly(InterruptionContext context, NodeProgress progress) => InterruptionResult.Answered(InterruptionOutcome.Cordoned, LifecycleReply.Continue, "cordon is the configured action").Of(progress) with
    {
        RepliesTo = [.. progress.Confirmed.Where(received => context.Options.ActionFor(received.Interruption.Kind) is InterruptionAction.Cordon).Select(received => received.Hook).OfType<LifecycleHookName>()],
    };

    // All of them are completed, another controller's too: said where nothing says that they belong to this function.
    private async Task WarnOfManyHooksAsync(InterruptionContext context, CordonOrder order, CancellationToken working)
    {
        if (context.Options.LifecycleHooks.AreNamed || order.Hooks is not [{ Group: var group }, ..] || context.Instance.Received.Any(received => received.Attempt > 0))
        {
            return;
        }

        var own = (await hooks.TryOfGroupAsync(context.Instance.Scope, group, working))
            .Where(hook => hook.Transition == LifecycleStates.Terminating && context.Options.LifecycleHooks.IsOurs(hook.HookName)).Select(hook => hook.HookName).ToList();
        if (own.Count > 1)
        {
            LogManyHooks(group, own, context.Instance.InstanceId);
        }
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Auto Scaling group {Group} has several termination hooks ({Hooks}) and LIFECYCLE_HOOKS is not set: all of them are completed when {InstanceId} is drained")]
    private partial void LogManyHooks(string group, IReadOnlyList<string> hooks, string instanceId);
}
