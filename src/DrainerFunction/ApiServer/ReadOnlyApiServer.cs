using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>An API server that is asked and never written to: the cluster of a dry run.</summary>
internal sealed record ReadOnlyApiServer(IApiServer Inner) : IApiServer
{
    public bool IsReadOnly => true;

    public Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken) => Inner.GetNodeAsync(nodeName, cancellationToken);

    public Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken) => Inner.ListNodeAsync(nodeName, cancellationToken);

    public IAsyncEnumerable<V1Node> ListNodesAsync(bool cordonedOnly, CancellationToken cancellationToken) => Inner.ListNodesAsync(cordonedOnly, cancellationToken);

    public Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken) =>
        Task.FromResult<NodePatchReply>(new NodePatchReply.NotSent());

    public Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken) => Inner.ListPodsAsync(nodeName, cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        Inner.WatchPodsAsync(nodeName, resourceVersion, cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        Inner.WatchNodeAsync(nodeName, resourceVersion, cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodesAsync(CancellationToken cancellationToken) => Inner.WatchNodesAsync(cancellationToken);

    // No answer to an eviction that was not sent would be true: a drain looks at IsReadOnly first.
    public Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"A dry run evicts nothing: {pod}.");

    public Task<EvictionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"A dry run deletes nothing: {pod}.");

    public Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        Inner.ListDisruptionBudgetsAsync(@namespace, cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        Inner.WatchDisruptionBudgetsAsync(@namespace, cancellationToken);

    public Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken) => Inner.GetVolumeOfClaimAsync(claim, cancellationToken);

    public Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken) =>
        Inner.GetVolumeNamesAsync(persistentVolume, cancellationToken);

    public Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken) => Task.CompletedTask;
}
