using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// A seal that confirms nothing: the annotation was removed or overwritten. Only the function writes the seal, and into its taints the instance: these
/// are known for its own and can be removed. Whether it cordoned the node the annotation alone knew.
/// </summary>
internal sealed class BrokenSeal(AnnotationReader annotations, RequestPools pools, TimeProvider time)
{
    private readonly NodePatcher _node = new(pools, time);

    public bool IsOn(V1Node node) => AnnotationSeal.IsOn(node) && annotations.Read(node) is null;

    /// <returns>The node without it; null where there was none any more.</returns>
    /// <exception cref="ApiServerException">The cluster could not be asked.</exception>
    public async Task<V1Node?> RemoveAsync(TargetNode target, V1Node node, CancellationToken cancellationToken) =>
        await _node.WriteAsync(
            target,
            node,
            null,
            current => current.IsOn(target.InstanceId) && IsOn(current) ? new() { ResourceVersion = current.Metadata.ResourceVersion, Taints = Without(current, target.InstanceId) } : null,
            cancellationToken) is NodePatchResult.Changed(var now) ? now : null;

    private static IReadOnlyList<V1Taint> Without(V1Node node, string instanceId) =>
        AnnotationSeal.Renew(node.Spec.Taints.Where(taint => !(taint.Value == instanceId && TaintKeys.IsOfAKind(taint.Key))), annotation: null);
}
