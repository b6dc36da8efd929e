using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>How the work on one instance ended in this invocation, and what SQS and the Auto Scaling group are told.</summary>
/// <param name="Reply">To every hook that waits for this instance and is the function's.</param>
/// <param name="Fate">Of every message of this instance that took part.</param>
internal sealed record InterruptionResult(InterruptionOutcome Outcome, LifecycleReply Reply, MessageFate Fate, string Why)
{
    /// <summary>The messages that it answers; the others were not confirmed and have a fate of their own. Null: all.</summary>
    public IReadOnlyList<ReceivedInterruption>? Answers { get; init; }

    /// <summary>The hooks that its reply is for; null: those of <see cref="Answers"/>, and those that the node remembers for its drain.</summary>
    public IReadOnlyCollection<LifecycleHookName>? RepliesTo { get; init; }

    /// <summary>The node and what was done to it; null where none was found.</summary>
    public NodeProgress? Progress { get; init; }

    /// <summary>AWS wants fewer calls: to hand the message over would put it behind all others, and its hook with it.</summary>
    public bool WasThrottled { get; init; }

    /// <summary>When the hook of the drained node is to be completed; null while nothing waits for that.</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    /// <summary>The same as the result of what was done to a node, for the messages that it was done for.</summary>
    public InterruptionResult Of(NodeProgress? progress) => this with { Progress = progress, Answers = progress?.Confirmed };

    /// <summary>Acknowledged, and no hook is answered.</summary>
    public static InterruptionResult Skipped(InterruptionOutcome outcome, string why) =>
        new(outcome, LifecycleReply.Leave, new MessageFate.Handled(), why);

    public static InterruptionResult Deferred(InterruptionOutcome outcome, string why, TimeSpan after) =>
        new(outcome, LifecycleReply.Leave, new MessageFate.SendOn(after, why), why);

    public static InterruptionResult Failed(string why) =>
        new(InterruptionOutcome.Failed, LifecycleReply.Leave, new MessageFate.Redeliver(), why);

    public static InterruptionResult Answered(InterruptionOutcome outcome, LifecycleReply reply, string why) =>
        new(outcome, reply, new MessageFate.Handled(), why);

    /// <summary>Proven absent, nothing is left to drain and the hooks are answered CONTINUE; otherwise they are left to their own timeout.</summary>
    public static InterruptionResult WithoutNode(Resolution.NoNode none) => (none.Proven
        ? Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, $"nothing to drain: {none.Why}")
        : Skipped(InterruptionOutcome.NoNode, $"{none.Why}; lifecycle hooks are left to their own timeout because the workload is unknown")) with
    { Answers = none.Confirmed };
}
