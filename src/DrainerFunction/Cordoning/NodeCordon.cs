// Over 150 lines: a method for each write to a node, under one rule of conflicts.
using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// What is written to a node: the marks of an interruption and their undo, the claim on a notice, the taint of a machine
/// that is off. Throws <see cref="ApiServerException"/> when the cluster cannot be asked.
/// </summary>
internal sealed class NodeCordon(AnnotationReader annotations, DrainerOptions options, RequestPools pools, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NodePatcher _node = new(pools, time);

    public async Task<CordonReply> CordonAsync(CordonOrder order, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        try
        {
            return await CordonAsync(order, patch => patch, cancellationToken);
        }
        catch (ApiServerException refused) when (IsOutranked(refused, order))
        {
            // A webhook that hangs would hang again, and the machine goes meanwhile.
            return time.GetUtcNow() - began < Patience ? await CordonWithoutMarksAsync(order, refused, cancellationToken) : Uncordoned(order, refused);
        }
    }

    // The machine goes whatever a policy of the cluster says about its node: what is only bookkeeping is done without.
    private static bool IsOutranked(ApiServerException refused, CordonOrder order) =>
        refused.Refusal is ApiServerRefusal.Denied or ApiServerRefusal.Forbidden
        && order.TakesTheMachine;

    private async Task<CordonReply> CordonWithoutMarksAsync(CordonOrder order, ApiServerException refused, CancellationToken cancellationToken)
    {
        try
        {
            return await CordonAsync(order, patch => new NodePatch { ResourceVersion = patch.ResourceVersion, Unschedulable = patch.Unschedulable }, cancellationToken) switch
            {
                CordonReply.Cordoned cordoned => cordoned with { Refused = $"the node is cordoned without annotation, taints and labels: {refused.Message}" },
                var other => other,
            };
        }
        catch (ApiServerException again) when (IsOutranked(again, order))
        {
            return Uncordoned(order, again);
        }
    }

    private CordonReply.Cordoned Uncordoned(CordonOrder order, ApiServerException refused) => new(order.Node, PatchOf(order.Node, order).Noted, order.StartedBy is not null)
    {
        Refused = $"pods are evicted from a node that still takes pods: {refused.Message}",
    };

    private async Task<CordonReply> CordonAsync(CordonOrder order, Func<NodePatch, NodePatch> part, CancellationToken cancellationToken)
    {
        CordonPatch? marks = null;
        CordonReply? refusal = null;
        var written = await _node.WriteAsync(order.Target, order.Node, order.Bounds, node =>
        {
            refusal = Refusal(node, order);
            marks = refusal is null ? PatchOf(node, order) : null;
            return marks is null ? null : part(marks.Patch);
        }, cancellationToken);
        return (written, refusal, marks) switch
        {
            (NodePatchResult.Gone, _, _) => new CordonReply.NodeGone(),
            (_, { } why, _) => why,
            (NodePatchResult.Unchanged(var node), _, { } noted) => CordonedBy(noted, node),
            (NodePatchResult.Changed(var node), _, { } noted) => order.Target.ApiServer.IsReadOnly ? CordonedBy(noted, node) : KeptBy(noted, node, order),
            _ => throw new UnreachableException($"No reply for {written}."),
        };
    }

    // A mutating webhook or policy may change what was written: what counts is the node that came back.
    private CordonReply.Cordoned KeptBy(CordonPatch noted, V1Node node, CordonOrder order) =>
        node.Spec?.Unschedulable is not true
            ? throw new ApiServerException(ApiServerRefusal.Denied, order.Target.Cluster.Name, $"node {order.Target.NodeName} still takes pods: a mutating webhook or policy took the cordon out")
            : CordonedBy(noted, node) with
            {
                Refused = annotations.Read(node) is null ? "the node is cordoned without its seal: a mutating webhook or policy took it out" : null,
            };

    private static CordonReply.Cordoned CordonedBy(CordonPatch noted, V1Node node) => new(node, noted.Noted, noted.ClaimsStarted) { Before = noted.Before };

    /// <summary>Removes exactly what the annotation says is the function's, as far as it is to be taken back.</summary>
    public async Task<UncordonReply> UndoAsync(TargetNode target, V1Node node, UncordonPatch undo, CancellationToken cancellationToken)
    {
        var why = "there is nothing to take back on the node";
        NodePatch? patch = null;
        var written = await _node.WriteAsync(target, node, null, current =>
        {
            if (!current.IsOn(target.InstanceId))
            {
                why = "the node now belongs to another instance";
                return null;
            }

            patch = annotations.Read(current) is { } noted ? undo.PatchOf(current, noted) : null;
            return patch;
        }, cancellationToken);
        return written switch
        {
            NodePatchResult.Gone => new UncordonReply.Untouched("the cluster no longer has the node"),
            NodePatchResult.Changed(var now) when patch?.Annotations[InterruptionAnnotation.Annotation] is not null => new UncordonReply.StaysCordoned(now),
            NodePatchResult.Changed(var now) => new UncordonReply.Undone(now),
            _ => new UncordonReply.Untouched(why),
        };
    }

    /// <param name="by">The chain that would send it; a claim by the same is its own again.</param>
    /// <returns>Whether it is to send it: false where another has claimed it, and where the node or its annotation is gone.</returns>
    public async Task<bool> ClaimFinishedAsync(TargetNode target, V1Node node, string by, CancellationToken cancellationToken)
    {
        var isClaimed = false;
        var written = await _node.WriteAsync(target, node, null, current =>
        {
            var noted = annotations.Read(current, target.InstanceId);
            isClaimed = noted is not null && (noted.Finished is null || noted.Finished.By == by);
            return isClaimed && noted!.Finished is null ? Annotating(current, noted with { Finished = new(time.GetUtcNow(), by) }) : null;
        }, cancellationToken);
        return isClaimed && written is not NodePatchResult.Gone;
    }

    /// <summary>So that a later reader of the node knows that its drained instance is held back, and until when.</summary>
    public Task NoteCompletionAsync(TargetNode target, V1Node node, DateTimeOffset completeAt, CancellationToken cancellationToken) =>
        _node.WriteAsync(
            target,
            node,
            null,
            current => annotations.Read(current, target.InstanceId) is { } noted && noted.CompleteAt != completeAt
                ? Annotating(current, noted with { CompleteAt = completeAt })
                : null,
            cancellationToken);

    /// <summary>Tells the cluster that the machine is off, so that its volumes are freed at once. Only when EC2 has said so.</summary>
    public Task MarkOutOfServiceAsync(TargetNode target, V1Node node, CancellationToken cancellationToken) =>
        _node.WriteAsync(
            target,
            node,
            null,
            current => current.IsOn(target.InstanceId) && annotations.Read(current, target.InstanceId) is { } noted
                && (current.Spec.Taints ?? []) is var there && !there.Any(taint => NodeTaints.Mark(taint) == NodeTaints.Mark(TaintKeys.OutOfService))
                    ? NodePatch.Annotating(current, noted with { Taints = [.. noted.Taints, NodeTaints.Mark(TaintKeys.OutOfService)] }, [.. there, TaintKeys.OutOfService])
                    : null,
            cancellationToken);

    private CordonPatch PatchOf(V1Node node, CordonOrder order) => CordonPatch.Of(node, annotations.Read(node), order, options, time.GetUtcNow());

    // A boot id says nothing here: every writer of the node's status can change it. EC2 does not tell of a start that was none.
    private static CordonReply? Refusal(V1Node node, CordonOrder order)
    {
        if (!node.IsOn(order.Target.InstanceId))
        {
            // Not denied, which would be answered by a drain without a cordon: whose machine it is must be known first.
            return node.IsOfAnother(order.Target.InstanceId) ? new CordonReply.NotThisInstance(node.Spec?.ProviderID) : throw order.Target.NotNamedYet(ApiServerRefusal.Unreachable);
        }

        // A hook goes on waiting whatever the machine does meanwhile.
        if (order.Kinds.Contains(InterruptionKind.Termination))
        {
            return null;
        }

        return order.LaunchedAt > order.FirstSeen ? new CordonReply.ThreatPassed(node, $"EC2 started the instance again at {order.LaunchedAt:u}") : null;
    }

    private static NodePatch Annotating(V1Node node, InterruptionAnnotation noted) => NodePatch.Annotating(node, noted, node.Spec.Taints ?? []);
}
