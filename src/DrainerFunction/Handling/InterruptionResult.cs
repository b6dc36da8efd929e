using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>How the story of one instance ended in this invocation, and what is owed for it.</summary>
internal sealed record InterruptionResult(InterruptionOutcome Outcome, Acknowledgement Owed)
{
    /// <summary>Acknowledged, and nobody is told anything.</summary>
    public static InterruptionResult LeftAlone(InterruptionOutcome outcome, string why) =>
        new(outcome, new(LifecycleReply.Leave, new MessageFate.Handled(), why));

    public static InterruptionResult Later(InterruptionOutcome outcome, string why, TimeSpan after) =>
        new(outcome, new(LifecycleReply.Leave, new MessageFate.SendOn(after, why), why));

    public static InterruptionResult Failed(string why) =>
        new(InterruptionOutcome.Failed, new(LifecycleReply.Leave, new MessageFate.Redeliver(why), why));

    public static InterruptionResult Answered(InterruptionOutcome outcome, LifecycleReply reply, string why) =>
        new(outcome, new(reply, new MessageFate.Handled(), why));
}
