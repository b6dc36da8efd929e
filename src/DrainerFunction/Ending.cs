using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction;

/// <summary>How the story of one instance ended in this invocation, and what is owed for it.</summary>
internal sealed record Ending(InterruptionOutcome Outcome, Acknowledgement Owed)
{
    /// <summary>Acknowledged, and nobody is told anything.</summary>
    public static Ending LeftAlone(InterruptionOutcome outcome, string why) =>
        new(outcome, new(LifecycleReply.Leave, new MessageFate.Handled(), why));

    public static Ending Later(InterruptionOutcome outcome, string why, TimeSpan after) =>
        new(outcome, new(LifecycleReply.Leave, new MessageFate.SendOn(after, why), why));

    public static Ending Failed(string why) =>
        new(InterruptionOutcome.Failed, new(LifecycleReply.Leave, new MessageFate.Redeliver(why), why));

    public static Ending Answered(InterruptionOutcome outcome, LifecycleReply reply, string why) =>
        new(outcome, new(reply, new MessageFate.Handled(), why));
}
