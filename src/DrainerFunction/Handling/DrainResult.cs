using System.Diagnostics;
using DrainerFunction.Continuations;
using DrainerFunction.Draining;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>What the end of a drain means for its interruption. Pure.</summary>
internal static class DrainResult
{
    /// <param name="onTimeout">What the operator wants of a hook when the bound is reached.</param>
    public static InterruptionResult Of(DrainOutcome outcome, TimeoutReply onTimeout) => outcome switch
    {
        DrainOutcome.Drained { Report: var report } when report.Stuck.Any() => InterruptionResult.Answered(
            InterruptionOutcome.Drained, LifecycleReply.Continue, $"the node is drained except for {Plural.Of(report.Stuck.Count(), "stuck pod")}: {DrainReport.NamesOf(report.Stuck)}"),
        DrainOutcome.Drained => InterruptionResult.Answered(InterruptionOutcome.Drained, LifecycleReply.Continue, "the node is drained"),
        DrainOutcome.NodeGone => InterruptionResult.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, "the cluster no longer has the node"),
        DrainOutcome.OutOfTime => new(
            InterruptionOutcome.Continues, LifecycleReply.Leave, new MessageFate.SendOn(TimeSpan.Zero, "the drain takes longer than the invocation"), "the drain continues in the next invocation"),
        DrainOutcome.CordonUndone => InterruptionResult.Deferred(
            InterruptionOutcome.Continues, "the cordon and its annotation were removed during the drain; AWS is asked whether the interruption still holds", TimeSpan.Zero),
        DrainOutcome.MachineGone { Report.PodsWereListed: false } => InterruptionResult.Skipped(InterruptionOutcome.DeadlineMissed, "the instance ended and the pods were never listed"),
        DrainOutcome.MachineGone { Report.Outlived: "" } => InterruptionResult.Answered(InterruptionOutcome.Drained, LifecycleReply.Continue, "the instance is off, and no pod was left on it"),
        DrainOutcome.MachineGone gone => InterruptionResult.Answered(
            InterruptionOutcome.DeadlineMissed, LifecycleReply.Continue, $"the instance ended before these pods did: {gone.Report.Outlived}; the node stays cordoned"),
        DrainOutcome.BoundReached { Report.PodsWereListed: false } => InterruptionResult.Skipped(
            InterruptionOutcome.DeadlineMissed, "the deadline passed and the pods were never listed; the lifecycle hook is left to its own timeout"),
        DrainOutcome.BoundReached bound => InterruptionResult.Answered(
            InterruptionOutcome.DeadlineMissed,
            ReplyOf(onTimeout),
            $"the deadline passed with {Plural.Of(bound.Report.Remaining.Count(), "pod")} remaining{(bound.Report.Outlived is { Length: > 0 } names ? $": {names}" : "")}; the node stays cordoned"),
        DrainOutcome.OnlyPlanned => InterruptionResult.Skipped(InterruptionOutcome.DryRun, "dry run: nothing was written"),
        _ => throw new UnreachableException($"No result for {outcome}."),
    };

    private static LifecycleReply ReplyOf(TimeoutReply onTimeout) => onTimeout switch
    {
        TimeoutReply.Continue => LifecycleReply.Continue,
        TimeoutReply.Abandon => LifecycleReply.Abandon,
        TimeoutReply.Leave => LifecycleReply.Leave,
        _ => throw new UnreachableException($"No reply is known for {onTimeout}."),
    };
}
