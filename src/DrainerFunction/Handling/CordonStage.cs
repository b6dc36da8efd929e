using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>Cordons the node of an interruption, and takes a cordon back when its reason has gone.</summary>
internal sealed class CordonStage(NodeCordon cordoning, TimeProvider time)
{
    /// <returns>The cordoned node, or the result where there is nothing to drain.</returns>
    public async Task<CordonStageReply> CordonAsync(NodeProgress progress, Instance instance, CordonOrder order, CancellationToken working) =>
        await cordoning.CordonAsync(order, working) switch
        {
            CordonReply.NodeGone => new CordonStageReply.Over(
                InterruptionResult.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, "the cluster removed the node while it was being cordoned").Of(progress)),
            CordonReply.NotThisInstance(var providerId) => new CordonStageReply.Over(
                InterruptionResult.Skipped(InterruptionOutcome.NotOurs, $"the node now belongs to another instance ({providerId})").Of(progress)),
            CordonReply.ThreatPassed(var node, var why) => new CordonStageReply.Over(
                await UndoAsync(progress with { Node = node }, new() { Before = instance.LaunchedAt }, why, working)),
            CordonReply.Cordoned cordoned => new CordonStageReply.Cordoned(
                cordoned, progress with { Node = cordoned.Node, Annotation = cordoned.Noted, CordonedAt = time.GetUtcNow() }),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };

    /// <summary>A health event was closed and nothing else is to be done: takes back what was done for it, or says why not.</summary>
    public async Task<InterruptionResult> EndClosedChangeAsync(NodeProgress progress, ClosedScheduledChange change, CancellationToken working) => change switch
    {
        ClosedScheduledChange.Undone(var patch, var why) => await UndoAsync(progress, patch, why, working),
        ClosedScheduledChange.NotYet(var why, var after) => InterruptionResult.Deferred(InterruptionOutcome.Waits, why, after) with { Answers = progress.Confirmed },
        ClosedScheduledChange.Kept(var why) => InterruptionResult.Skipped(InterruptionOutcome.Refuted, why) with { Answers = progress.Confirmed },
        _ => throw new UnreachableException($"Unknown {change}."),
    };

    /// <summary>Another interruption is about to be cordoned for: what was closed must not go on shortening its time.</summary>
    public async Task<Resolution.Found> ForgetClosedChangeAsync(Resolution.Found found, CancellationToken working) =>
        found.ClosedChange is ClosedScheduledChange.Undone(var patch, _)
            && await cordoning.UndoAsync(found.Target, found.Node, patch with { StaysCordoned = true }, working) is UncordonReply.StaysCordoned(var node)
                ? found with { Node = node }
                : found;

    private async Task<InterruptionResult> UndoAsync(NodeProgress progress, UncordonPatch patch, string why, CancellationToken working)
    {
        var result = await cordoning.UndoAsync(progress.Target, progress.Node, patch, working) switch
        {
            UncordonReply.Undone => InterruptionResult.Answered(InterruptionOutcome.Undone, LifecycleReply.Leave, $"{why}; the cordon is lifted"),
            UncordonReply.StaysCordoned => InterruptionResult.Skipped(InterruptionOutcome.Undone, $"{why}; the node stays cordoned for another interruption of its instance"),
            UncordonReply.Untouched(var reason) => InterruptionResult.Skipped(InterruptionOutcome.Undone, $"{why}; {reason}"),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
        return result.Of(progress);
    }
}

/// <summary>What a cordon leads to. A closed set.</summary>
internal abstract record CordonStageReply
{
    private CordonStageReply() { }

    public sealed record Cordoned(CordonReply.Cordoned Cordon, NodeProgress Progress) : CordonStageReply;

    /// <summary>There is nothing to drain.</summary>
    public sealed record Over(InterruptionResult Result) : CordonStageReply;
}
