using System.Diagnostics;
using DrainerFunction.Draining;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Lifecycle;

/// <summary>What is owed to SQS and to the Auto Scaling group once the work on an instance has ended.</summary>
/// <param name="Reply">To every hook of ours that waits for this instance.</param>
/// <param name="Fate">Of every message of this instance that took part.</param>
/// <param name="Why">For the operator.</param>
internal sealed record Acknowledgement(LifecycleReply Reply, MessageFate Fate, string Why)
{
    /// <param name="outcome">How the drain ended.</param>
    /// <param name="onTimeout">What the operator wants of a hook when the bound is reached.</param>
    public static Acknowledgement Of(DrainOutcome outcome, TimeoutReply onTimeout) => outcome switch
    {
        DrainOutcome.Drained { Report: var report } when report.Stuck.Any() => new(
            LifecycleReply.Continue, new MessageFate.Handled(), $"the node is drained except for {Plural.Of(report.Stuck.Count(), "stuck pod")}: {DrainReport.NamesOf(report.Stuck)}"),
        DrainOutcome.Drained => new(LifecycleReply.Continue, new MessageFate.Handled(), "the node is drained"),
        DrainOutcome.NodeGone => new(LifecycleReply.Continue, new MessageFate.Handled(), "the cluster no longer has the node"),
        DrainOutcome.OutOfTime => new(LifecycleReply.Leave, new MessageFate.SendOn(TimeSpan.Zero, "the drain takes longer than the invocation"), "the drain continues in the next invocation"),
        DrainOutcome.MachineGone { Report.PodsWereListed: false } => new(LifecycleReply.Leave, new MessageFate.Handled(), "the instance ended and the pods were never listed"),
        DrainOutcome.MachineGone { Report.Outlived: "" } => new(LifecycleReply.Continue, new MessageFate.Handled(), "the instance is off, and no pod was left on it"),
        DrainOutcome.MachineGone gone => new(LifecycleReply.Continue, new MessageFate.Handled(), $"the instance ended before these pods did: {gone.Report.Outlived}; the node stays cordoned"),
        DrainOutcome.BoundReached { Report.PodsWereListed: false } =>
            new(LifecycleReply.Leave, new MessageFate.Handled(), "the deadline passed and the pods were never listed; the lifecycle hook is left to its own timeout"),
        DrainOutcome.BoundReached bound => new(
            onTimeout switch
            {
                TimeoutReply.Continue => LifecycleReply.Continue,
                TimeoutReply.Abandon => LifecycleReply.Abandon,
                TimeoutReply.Leave => LifecycleReply.Leave,
                _ => throw new UnreachableException($"No reply is known for {onTimeout}."),
            },
            new MessageFate.Handled(),
            $"the deadline passed with {Plural.Of(bound.Report.Remaining.Count(), "pod")} remaining{(bound.Report.Outlived is { Length: > 0 } names ? $": {names}" : "")}; the node stays cordoned"),
        DrainOutcome.OnlyPlanned => new(LifecycleReply.Leave, new MessageFate.Handled(), "dry run: nothing was written"),
        _ => throw new UnreachableException($"No acknowledgement for {outcome}."),
    };
}
