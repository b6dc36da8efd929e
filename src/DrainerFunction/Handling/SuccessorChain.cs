using DrainerFunction.ApiServer;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>The chain that has a node, where it is another one: this one ends then, and leaves its hooks to it.</summary>
internal static class SuccessorChain
{
    // A cluster that is slow to say so must not cost the hand-over its time.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    /// <summary>Before the cordon: one that knows all that this one could tell it.</summary>
    public static Chain? BeforeCordon(CordonOrder order, AnnotationReader annotations, DateTimeOffset now) =>
        annotations.Read(order.Node, order.Target.InstanceId) is { IsSealed: true } noted && (noted.Outranks(order, now)
            // When it was last here a hook may not have been noted yet.
            ? order.Hooks is [] && order.Kinds.All(noted.Kinds.Contains)
            : noted.Chain.IsYoungerThan(order.Chain) && order.Hooks.All(noted.Hooks.Contains) && SaysTheSame(noted, order))
            ? noted.Chain
            : null;

    /// <summary>After the work, before it is handed over: two copies of one message part here, and a chain that waits for a hook leaves it to one that knows when the machine goes.</summary>
    public static async Task<Chain?> AfterWorkAsync(InterruptionContext context, NodeProgress? progress, AnnotationReader annotations, TimeProvider time)
    {
        if (progress is not { Annotation: { } noted, Target: var target, Order: { } order })
        {
            return null;
        }

        try
        {
            return await time.AnswerWithinAsync(LongestLook, token => target.ApiServer.GetNodeAsync(target.NodeName, token), context.Batch.Acknowledging) is { } node
                && annotations.Read(node) is { IsSealed: true } latest && latest.InstanceId == noted.InstanceId && latest.BootId == noted.BootId
                && noted.Hooks.All(latest.Hooks.Contains)
                && (latest.Outranks(order, time.GetUtcNow())
                    ? latest.ChainAt > progress.CordonedAt
                    : latest.Chain.IsYoungerThan(order.Chain) && SaysTheSame(latest, order) && (latest.ChainAnswers || order.Hooks is []))
                    ? latest.Chain
                    : null;
        }
        catch (Exception unanswered) when (unanswered is ApiServerException or TimeoutException || (unanswered is OperationCanceledException && context.Batch.Acknowledging.IsCancellationRequested))
        {
            // Not known: two may go on, and they meet again at the next hop.
            return null;
        }
    }

    // Before a machine goes, and where an operator has ordered a drain by a time, a chain is left to another only where that one's own messages say so, too:
    // what it reads on the node binds it to nothing.
    private static bool SaysTheSame(InterruptionAnnotation noted, CordonOrder order) =>
        !(order.Bounds.AreCertain || order.Kinds.Contains(InterruptionKind.DrainRequest)) || order.Kinds.All(noted.ChainKinds.Contains);
}
