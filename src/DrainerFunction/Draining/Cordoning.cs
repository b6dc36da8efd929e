using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// Every write to a node, each as one patch for the version that was read; if somebody wrote in between, the node is
/// read again and the patch made anew. Throws <see cref="ApiServerException"/> when the cluster cannot be asked.
/// </summary>
internal sealed class Cordoning(DrainerOptions options, RequestPools pools, TimeProvider time)
{
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestConflictPause = TimeSpan.FromSeconds(1);
    private static readonly V1Taint OutOfService = new() { Key = "node.kubernetes.io/out-of-service", Value = "nodeshutdown", Effect = "NoExecute" };

    public async Task<CordonReply> CordonAsync(CordonOrder order, CancellationToken cancellationToken)
    {
        CordonMarks? marks = null;
        CordonReply? refusal = null;
        var written = await WriteAsync(order.Target, order.Node, order.Deadline, node =>
        {
            refusal = Refusal(node, order);
            marks = refusal is null ? CordonMarks.Of(node, order, options, time.GetUtcNow()) : null;
            return marks?.Patch;
        }, cancellationToken);
        return (written, refusal, marks) switch
        {
            (NodeWritten.Gone, _, _) => new CordonReply.NodeGone(),
            (_, { } why, _) => why,
            (NodeWritten.Unchanged(var node), _, { } noted) => new CordonReply.Cordoned(node, noted.Noted, noted.ClaimsStarted && !options.DryRun, Patched: false),
            (NodeWritten.Changed(var node), _, { } noted) => new CordonReply.Cordoned(node, noted.Noted, noted.ClaimsStarted, Patched: true),
            _ => throw new UnreachableException($"No reply for {written}."),
        };
    }

    /// <summary>Removes exactly what the annotation says is ours, and the annotation.</summary>
    public async Task<UndoReply> UndoAsync(TargetNode target, V1Node node, CancellationToken cancellationToken)
    {
        UndoReply reply = new UndoReply.NothingOfOurs();
        var uncordons = false;
        var written = await WriteAsync(target, node, null, current =>
        {
            if (!current.IsOn(target.InstanceId))
            {
                reply = new UndoReply.NotThisInstance();
                return null;
            }

            var noted = NodeInterruptions.Read(current);
            uncordons = noted?.CordonedByUs is true;
            return noted is null ? null : UndoPatch(current, noted);
        }, cancellationToken);
        return written switch
        {
            NodeWritten.Gone => new UndoReply.NodeGone(),
            NodeWritten.Changed(var now) => new UndoReply.Undone(now, uncordons),
            _ => reply,
        };
    }

    /// <param name="by">The chain and attempt that would send it; a claim by the same is ours again.</param>
    public async Task<FinishedClaim> ClaimFinishedAsync(TargetNode target, V1Node node, string by, CancellationToken cancellationToken)
    {
        var claim = FinishedClaim.Unclaimable;
        var written = await WriteAsync(target, node, null, current =>
        {
            var noted = NodeInterruptions.Read(current);
            claim = noted is null || noted.IsStaleOn(current, target.InstanceId) ? FinishedClaim.Unclaimable
                : noted.Finished is { } other && other.By != by ? FinishedClaim.Anothers : FinishedClaim.Ours;
            return claim is FinishedClaim.Ours && noted!.Finished is null ? NotePatch(current, noted with { Finished = new(time.GetUtcNow(), by) }) : null;
        }, cancellationToken);
        return written is NodeWritten.Gone ? FinishedClaim.Unclaimable : claim;
    }

    /// <summary>Tells the cluster that the machine is off, so that its volumes are freed at once. Only when EC2 has said so.</summary>
    /// <returns>False when there is no node of this instance that we have marked.</returns>
    public async Task<bool> MarkOutOfServiceAsync(TargetNode target, V1Node node, CancellationToken cancellationToken)
    {
        var isOurs = false;
        var written = await WriteAsync(target, node, null, current =>
        {
            var noted = NodeInterruptions.Read(current);
            isOurs = noted is not null && current.IsOn(target.InstanceId) && !noted.IsStaleOn(current, target.InstanceId);
            var there = current.Spec.Taints ?? [];
            return !isOurs || there.Any(taint => TaintMarks.Mark(taint) == TaintMarks.Mark(OutOfService)) ? null
                : NotePatch(current, noted! with { Taints = [.. noted.Taints, TaintMarks.Mark(OutOfService)] }) with { Taints = [.. there, OutOfService] };
        }, cancellationToken);
        return isOurs && written is not NodeWritten.Gone;
    }

    private static CordonReply? Refusal(V1Node node, CordonOrder order)
    {
        if (!node.IsOn(order.Target.InstanceId))
        {
            return new CordonReply.NotThisInstance(node.Spec?.ProviderID);
        }

        // A hook goes on waiting whatever the machine does meanwhile.
        if (order.Kinds.Contains(InterruptionKind.Termination))
        {
            return null;
        }

        return NodeInterruptions.Read(node) is { } noted && noted.InstanceId == order.Target.InstanceId
                && noted.IsStaleOn(node, order.Target.InstanceId) && order.FirstSeen <= noted.CordonedAt
                ? new CordonReply.ThreatPassed(node, $"the machine has booted again since it was cordoned at {noted.CordonedAt:O}")
            : order.LaunchedAt > order.FirstSeen
                ? new CordonReply.ThreatPassed(node, $"EC2 started the instance again at {order.LaunchedAt:O}")
            : null;
    }

    private static NodePatch UndoPatch(V1Node node, NodeInterruption noted)
    {
        var there = node.Spec.Taints ?? [];
        var others = there.Where(taint => !noted.Taints.Contains(TaintMarks.Mark(taint), StringComparer.Ordinal)).ToArray();
        return new()
        {
            ResourceVersion = node.Metadata.ResourceVersion,
            Annotations = new Dictionary<string, string?> { [NodeInterruption.Annotation] = null },
            Labels = noted.Labels.ToDictionary(label => label, _ => (string?)null),
            Unschedulable = noted.CordonedByUs && node.Spec.Unschedulable is true ? false : null,
            Taints = others.Length < there.Count ? others : null,
        };
    }

    private static NodePatch NotePatch(V1Node node, NodeInterruption noted) => new()
    {
        ResourceVersion = node.Metadata.ResourceVersion,
        Annotations = new Dictionary<string, string?> { [NodeInterruption.Annotation] = NodeInterruptions.Write(noted) },
    };

    private async Task<NodeWritten> WriteAsync(TargetNode target, V1Node node, Deadline? deadline, Func<V1Node, NodePatch?> make, CancellationToken cancellationToken)
    {
        var requests = new Requests(target.ApiServer, pools.For(target.Cluster), () => Urgency.Of(deadline));
        for (var conflicts = 0; ; conflicts++)
        {
            if (make(node) is not { ChangesNothing: false } patch || options.DryRun)
            {
                return new NodeWritten.Unchanged(node);
            }

            switch (await requests.PatchNodeAsync(target.NodeName, patch.ToJson(), cancellationToken))
            {
                case NodePatched.Done(var now):
                    return new NodeWritten.Changed(now);
                case NodePatched.Gone:
                    return new NodeWritten.Gone();
                case NodePatched.Conflict:
                    await PauseAsync(conflicts, cancellationToken);
                    if (await requests.GetNodeAsync(target.NodeName, cancellationToken) is not { } newer)
                    {
                        return new NodeWritten.Gone();
                    }

                    node = newer;
                    break;
                case var reply:
                    throw new UnreachableException($"No way to take {reply}.");
            }
        }
    }

    // The first conflict is a kubelet's heartbeat; several in a row are writers that deserve a moment.
    private Task PauseAsync(int conflicts, CancellationToken cancellationToken) =>
        conflicts == 0 ? Task.CompletedTask
            : Task.Delay(ConflictPause * conflicts < LongestConflictPause ? ConflictPause * conflicts : LongestConflictPause, time, cancellationToken);

    private abstract record NodeWritten
    {
        public sealed record Changed(V1Node Node) : NodeWritten;

        public sealed record Unchanged(V1Node Node) : NodeWritten;

        public sealed record Gone : NodeWritten;
    }
}
