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
internal sealed class LaunchStage(NodeCordon cordoning, DrainerOptions options, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilNextInvocation = TimeSpan.FromSeconds(10);

    public async Task<InterruptionResult> AwaitReadyAsync(InterruptionContext story, Resolution.Ready ready, HookHeartbeats waiting, CancellationToken working)
    {
        (story.Target, story.Node) = (ready.Target, ready.Node);
        (story.Report.Cluster, story.Report.NodeName, story.Report.ResolvedAt) = (ready.Target.Cluster, ready.Target.NodeName, time.GetUtcNow());
        if (options.DryRun)
        {
            return InterruptionResult.LeftAlone(InterruptionOutcome.DryRun, "a dry run: the hook would be completed once the node is Ready");
        }

        var node = await UncordonAsync(story, ready, working);
        await waiting.WaitUntilKnownAsync(working);
        var bound = BoundOf(story, waiting);
        using var late = new CancellationTokenSource(Positive(bound - time.GetUtcNow()), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, working);
        try
        {
            while (!node.IsReadySince(ready.Instance.LaunchedAt))
            {
                node = await NextAsync(ready, node, either.Token);
            }

            return InterruptionResult.Answered(InterruptionOutcome.Launched, LifecycleReply.Continue, "the node is Ready");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !working.IsCancellationRequested)
        {
            return TimedOut("the node did not become Ready in time");
        }
    }

    /// <summary>The instance has no node yet: it is looked for again, until the time is up.</summary>
    public InterruptionResult WithoutNode(InterruptionContext story, string why, HookHeartbeats waiting) =>
        time.GetUtcNow() >= BoundOf(story, waiting)
            ? TimedOut($"the node did not join in time: {why}")
            : InterruptionResult.Later(InterruptionOutcome.Waits, $"the node has not joined yet: {why}", UntilNextInvocation);

    // Out of a warm pool it comes with the marks of the drain that sent it there.
    private async Task<V1Node> UncordonAsync(InterruptionContext story, Resolution.Ready ready, CancellationToken working) =>
        story.Interrupted.Received.Any(received => received.Action is { IsFromWarmPool: true })
            && await cordoning.UndoAsync(ready.Target, ready.Node, new UncordonPatch(), working) is UndoReply.Undone { Node: var lifted }
                ? lifted
                : ready.Node;

    private static async Task<V1Node?> WatchAsync(Resolution.Ready ready, V1Node node, CancellationToken cancellationToken)
    {
        await foreach (var watched in ready.Target.ApiServer.WatchNodeAsync(ready.Target.NodeName, node.Metadata.ResourceVersion, cancellationToken))
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
    private async Task<V1Node> NextAsync(Resolution.Ready ready, V1Node node, CancellationToken cancellationToken)
    {
        if (await WatchAsync(ready, node, cancellationToken) is { } changed)
        {
            return changed;
        }

        await Task.Delay(BetweenLooks, time, cancellationToken);
        return await ready.Target.ApiServer.GetNodeAsync(ready.Target.NodeName, cancellationToken) ?? node;
    }

    private InterruptionResult TimedOut(string why) => options.OnLaunchTimeout switch
    {
        TimeoutReply.Continue => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Continue, $"{why}; ON_LAUNCH_TIMEOUT says continue"),
        TimeoutReply.Abandon => InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, LifecycleReply.Abandon, $"{why}; ON_LAUNCH_TIMEOUT says abandon"),
        _ => InterruptionResult.LeftAlone(InterruptionOutcome.DeadlineMissed, $"{why}; the hook is left to its own timeout"),
    };

    private DateTimeOffset BoundOf(InterruptionContext story, HookHeartbeats waiting) => story.Interrupted.Received.Min(received => Deadlines.Of(
        received.Interruption,
        received.FirstSeen,
        options,
        received.Action is { } action ? waiting.GlobalLimitOf(action.AutoScalingGroupName, action.HookName) : null).At);

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
