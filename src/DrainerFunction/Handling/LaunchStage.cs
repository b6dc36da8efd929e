using DrainerFunction.ApiServer;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>A launching instance waits in its hook until its node is Ready.</summary>
internal sealed class LaunchStage(NodeCordon cordoning, RefusalGuard refusals, DrainerOptions options, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilNextInvocation = TimeSpan.FromSeconds(10);

    public async Task<InterruptionResult> WaitUntilReadyAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var work = new NodeWork(found.Target, found.Node, context.Instance.Received) { ResolvedAt = time.GetUtcNow() };
        return await refusals.RunAsync(context, work, async () => options.DryRun
            ? InterruptionResult.Skipped(InterruptionOutcome.DryRun, "dry run: the lifecycle hook would be completed when the node is Ready") with { Work = work }
            : await WaitAsync(context, found, working) with { Work = work });
    }

    /// <summary>The instance has no node yet: it is looked for again, until the time is up.</summary>
    public InterruptionResult WithoutNode(InterruptionContext context, Resolution.NoNode none) =>
        time.GetUtcNow() >= BoundOf(context)
            ? TimedOut($"the node did not join in time: {none.Why}")
            : InterruptionResult.Deferred(InterruptionOutcome.Waits, $"the node has not joined yet: {none.Why}", UntilNextInvocation);

    private async Task<InterruptionResult> WaitAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var node = await UncordonAsync(context, found, working);
        await context.Hooks.WaitUntilKnownAsync(working);
        var bound = BoundOf(context);
        using var late = new CancellationTokenSource(Positive(bound - time.GetUtcNow()), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, working);
        try
        {
            while (!node.IsReadySince(found.Instance.LaunchedAt))
            {
                node = await NextAsync(found, node, either.Token);
            }

            return InterruptionResult.Answered(InterruptionOutcome.Launched, LifecycleReply.Continue, "the node is Ready");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !working.IsCancellationRequested)
        {
            return TimedOut("the node did not become Ready in time");
        }
    }

    // Out of a warm pool it comes with the marks of the drain that sent it there.
    private async Task<V1Node> UncordonAsync(InterruptionContext context, Resolution.Found found, CancellationToken working) =>
        context.Instance.Received.Any(received => received.Action is { IsFromWarmPool: true })
            && await cordoning.UndoAsync(found.Target, found.Node, new UncordonPatch(), working) is UndoReply.Undone { Node: var lifted }
                ? lifted
                : found.Node;

    private static async Task<V1Node?> WatchAsync(Resolution.Found found, V1Node node, CancellationToken cancellationToken)
    {
        await foreach (var watched in found.Target.ApiServer.WatchNodeAsync(found.Target.NodeName, node.Metadata.ResourceVersion, cancellationToken))
        {
            if (watched is WatchEvent<V1Node>.Present(var changed, _))
            {
                return changed;
            }

            if (watched is not WatchEvent<V1Node>.Bookmark)
            {
                break;
            }
        }

        return null;
    }

    // A watch that ended is followed by a look; a node that is gone is waited for.
    private async Task<V1Node> NextAsync(Resolution.Found found, V1Node node, CancellationToken cancellationToken)
    {
        if (await WatchAsync(found, node, cancellationToken) is { } changed)
        {
            return changed;
        }

        await Task.Delay(BetweenLooks, time, cancellationToken);
        return await found.Target.ApiServer.GetNodeAsync(found.Target.NodeName, cancellationToken) ?? node;
    }

    private InterruptionResult TimedOut(string why) => options.OnLaunchTimeout switch
    {
        TimeoutReply.Continue => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Continue, $"{why}; ON_LAUNCH_TIMEOUT is continue"),
        TimeoutReply.Abandon => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Abandon, $"{why}; ON_LAUNCH_TIMEOUT is abandon"),
        _ => InterruptionResult.Skipped(InterruptionOutcome.DeadlineMissed, $"{why}; the lifecycle hook is left to its own timeout"),
    };

    private DateTimeOffset BoundOf(InterruptionContext context) => context.Instance.Received.Min(received => InterruptionBounds.Of(
        received.Interruption,
        received.FirstSeen,
        options,
        received.Action is { } action ? context.Hooks.GlobalLimitOf(action.AutoScalingGroupName, action.HookName) : null).At);

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
