using DrainerFunction.Cordoning;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>A launching instance waits in its hook until its node is Ready.</summary>
internal sealed class LaunchStage(NodeCordon cordoning, StageRunner runner, TimeProvider time)
{
    private static readonly TimeSpan FirstHop = TimeSpan.FromSeconds(2);

    public async Task<InterruptionResult> WaitUntilReadyAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var progress = new NodeProgress(found.Target, found.Node, context.Instance.Received) { ResolvedAt = time.GetUtcNow() };
        return await runner.RunAsync(context, progress, async () => found.Target.ApiServer.IsReadOnly
            ? InterruptionResult.Answered(InterruptionOutcome.Launched, LifecycleReply.Continue, "the node is not waited for") with { Progress = progress }
            : await WaitAsync(context, found, working) with { Progress = progress });
    }

    /// <summary>The time is up, and the instance has no node.</summary>
    public static InterruptionResult WithoutNode(InterruptionContext context, Resolution.NoNode none) => TimedOut(context, $"the node did not join in time: {none.Why}");

    private async Task<InterruptionResult> WaitAsync(InterruptionContext context, Resolution.Found found, CancellationToken working)
    {
        var node = await UncordonAsync(context, found, working);
        await context.Hooks.WaitUntilKnownAsync(working);
        bool IsReady(V1Node node) => node.IsReadySince(found.Instance.LaunchedAt);
        var bound = LaunchBound.Of(context.Instance, context.Hooks, context.Options);
        var isReady = IsReady(node) || await time.WithinAsync(
            context.Batch.EndOf(bound) - time.GetUtcNow(),
            token => context.Batch.Arrivals.WaitAsync(found.Instance, new([found.Target.Cluster], NamedByTag: true), IsReady, token),
            working);
        return isReady ? InterruptionResult.Answered(InterruptionOutcome.Launched, LifecycleReply.Continue, "the node is Ready")
            : time.GetUtcNow() >= bound ? TimedOut(context, "the node did not become Ready in time")
            : InterruptionResult.Deferred(InterruptionOutcome.Waits, "the node is not Ready yet", context.Instance.HopDelay(FirstHop));
    }

    // It comes with the marks of the drain that let it go.
    private async Task<V1Node> UncordonAsync(InterruptionContext context, Resolution.Found found, CancellationToken working) =>
        context.Instance.Received.Any(received => received.Action is { ComesBack: true })
            && await cordoning.UndoAsync(found.Target, found.Node, new UncordonPatch(), working) is UncordonReply.Undone { Node: var lifted }
                ? lifted
                : found.Node;

    private static InterruptionResult TimedOut(InterruptionContext context, string why) => context.Options.OnLaunchTimeout switch
    {
        TimeoutReply.Continue => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Continue, $"{why}; ON_LAUNCH_TIMEOUT is continue"),
        TimeoutReply.Abandon => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Abandon, $"{why}; ON_LAUNCH_TIMEOUT is abandon"),
        _ => InterruptionResult.Skipped(InterruptionOutcome.DeadlineMissed, $"{why}; the lifecycle hook is left to its own timeout"),
    };
}
