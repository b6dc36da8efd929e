using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// Writes to a node in one patch for the version that was read; if another writer came in between, the node is read again
/// and the patch made anew.
/// </summary>
internal sealed class NodePatcher(RequestPools pools, TimeProvider time)
{
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestConflictPause = TimeSpan.FromSeconds(1);

    /// <param name="make">Null, or a patch that changes nothing, leaves the node as it is.</param>
    public async Task<NodePatchResult> WriteAsync(TargetNode target, V1Node node, Bounds? bounds, Func<V1Node, NodePatch?> make, CancellationToken cancellationToken)
    {
        var requests = new PooledRequests(target.ApiServer, pools.For(target.Cluster), Urgency.Of(bounds));
        for (var conflicts = 0; ; conflicts++)
        {
            if (make(node) is not { ChangesNothing: false } patch)
            {
                return new NodePatchResult.Unchanged(node);
            }

            switch (await requests.PatchNodeAsync(target.NodeName, patch.ToJson(), cancellationToken))
            {
                case NodePatchReply.Done(var now):
                    return new NodePatchResult.Changed(now);
                case NodePatchReply.NotSent:
                    return new NodePatchResult.Changed(node);
                case NodePatchReply.Gone:
                    return new NodePatchResult.Gone();
                case NodePatchReply.Conflict:
                    await PauseAsync(conflicts, cancellationToken);
                    if (await requests.GetNodeAsync(target.NodeName, cancellationToken) is not { } newer)
                    {
                        return new NodePatchResult.Gone();
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
}

internal abstract record NodePatchResult
{
    private NodePatchResult() { }

    public sealed record Changed(V1Node Node) : NodePatchResult;

    public sealed record Unchanged(V1Node Node) : NodePatchResult;

    public sealed record Gone : NodePatchResult;
}
