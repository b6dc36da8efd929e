using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>What a dry run says of a result: the one place that words what would have been done. Its messages are deleted, no hook is answered.</summary>
internal static class DryRunResult
{
    public static InterruptionResult Of(InterruptionResult result, InterruptionContext context)
    {
        // It is not known yet whether a tag makes this instance an exception: nothing is written, and nothing is lost.
        if (!context.Settings.AreKnown)
        {
            const string Unknown = "dry run, and the tags of the instance could not be read; its message is received again";
            return InterruptionResult.Failed(Unknown) with { Outcome = InterruptionOutcome.Continues };
        }

        var hasHook = context.Instance.Received.Any(received => received.Action is not null);
        var (outcome, why) = result switch
        {
            { Owed.Fate: MessageFate.Redeliver } => (result.Outcome, result.Owed.Why),
            { Outcome: InterruptionOutcome.Cordoned } => (InterruptionOutcome.DryRun, "dry run: the node would be cordoned and its lifecycle hook completed"),
            { Outcome: InterruptionOutcome.Undone } => (InterruptionOutcome.DryRun, $"dry run: the function's cordon would be lifted: {result.Owed.Why}"),
            { Outcome: InterruptionOutcome.Launched } => (InterruptionOutcome.DryRun, "dry run: the lifecycle hook would be completed when the node is Ready"),
            { Owed.Reply: not LifecycleReply.Leave } when hasHook =>
                (result.Outcome, $"dry run: its lifecycle hook would be completed with {result.Owed.Reply.ToString().ToUpperInvariant()}: {result.Owed.Why}"),
            { Owed.Fate: MessageFate.SendOn } => (result.Outcome, $"dry run: its message would be forwarded: {result.Owed.Why}"),
            _ => (result.Outcome, result.Owed.Why),
        };
        return result with
        {
            Outcome = outcome,
            Owed = new(LifecycleReply.Leave, result.Owed.Fate is MessageFate.Redeliver ? result.Owed.Fate : new MessageFate.Handled(), why),
            Answers = null,
        };
    }
}
