using DrainerFunction.Continuations;
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
            { Fate: MessageFate.Redeliver } => (result.Outcome, result.Why),
            { Outcome: InterruptionOutcome.Cordoned } => (InterruptionOutcome.DryRun, "dry run: the node would be cordoned and its lifecycle hook completed"),
            { Outcome: InterruptionOutcome.Undone } => (InterruptionOutcome.DryRun, $"dry run: the function's cordon would be lifted: {result.Why}"),
            { Outcome: InterruptionOutcome.Launched } => (InterruptionOutcome.DryRun, "dry run: the lifecycle hook would be completed when the node is Ready"),
            { Reply: not LifecycleReply.Leave } when hasHook =>
                (result.Outcome, $"dry run: its lifecycle hook would be completed with {result.Reply.ToString().ToUpperInvariant()}: {result.Why}"),
            { Fate: MessageFate.SendOn } => (result.Outcome, $"dry run: its message would be forwarded: {result.Why}"),
            _ => (result.Outcome, result.Why),
        };
        return result with
        {
            Outcome = outcome,
            Reply = LifecycleReply.Leave,
            Fate = result.Fate is MessageFate.Redeliver ? result.Fate : new MessageFate.Handled(),
            Why = why,
            Answers = null,
        };
    }
}
