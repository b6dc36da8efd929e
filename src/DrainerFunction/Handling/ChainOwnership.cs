using DrainerFunction.ApiServer;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>The younger chain that has taken a node's work over, where there is one: the older one ends then.</summary>
internal static class ChainOwnership
{
    // A cluster that is slow to say so must not cost the hand-over its time.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Before the cordon: one that knows the hooks and, before a machine goes, whose own messages say so: what a chain reads on the node binds
    /// it to nothing.
    /// </summary>
    public static Chain? SuccessorBeforeCordon(CordonOrder order, AnnotationReader annotations) =>
        annotations.Read(order.Node, order.Target.InstanceId) is { IsSealed: true } noted && noted.Chain.IsYoungerThan(order.Chain)
            && order.Hooks.All(noted.Hooks.Contains)
            && (!order.Bounds.AreCertain || order.Kinds.All(kind => noted.ChainKinds.Contains(AnnotationFormat.Word(kind), StringComparer.Ordinal)))
            ? noted.Chain
            : null;

    /// <summary>After the work, before it is handed over: two copies of one message part here.</summary>
    public static async Task<Chain?> SuccessorAfterWorkAsync(InterruptionContext context, NodeWork? work, AnnotationReader annotations, TimeProvider time)
    {
        if (work is not { Annotation: { } noted, Target: var target })
        {
            return null;
        }

        try
        {
            return await time.AnswerWithinAsync(LongestLook, token => target.ApiServer.GetNodeAsync(target.NodeName, token), context.Batch.Acknowledging) is { } node
                && annotations.Read(node) is { IsSealed: true } latest && latest.InstanceId == noted.InstanceId && latest.BootId == noted.BootId
                && latest.Chain.IsYoungerThan(noted.Chain) && noted.Hooks.All(latest.Hooks.Contains)
                && (work.Bounds is not { AreCertain: true } || noted.ChainKinds.All(latest.ChainKinds.Contains))
                && (latest.ChainAnswers || context.Instance.Received.All(received => received.Hook is null))
                    ? latest.Chain
                    : null;
        }
        catch (Exception unanswered) when (unanswered is ApiServerException or TimeoutException || (unanswered is OperationCanceledException && context.Batch.Acknowledging.IsCancellationRequested))
        {
            // Not known: two may go on, and they meet again at the next hop.
            return null;
        }
    }
}
