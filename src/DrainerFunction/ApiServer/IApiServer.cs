using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>
/// The API server of one cluster, in the calls that a drain makes. Every call may throw <see cref="ApiServerException"/>;
/// what a drain expects (gone, held, conflict) is an answer and not an exception.
/// </summary>
internal interface IApiServer
{
    /// <summary>Nothing is written there: a drain is only planned.</summary>
    bool IsReadOnly => false;

    /// <returns>The node, or null when the cluster answered that it has none of that name.</returns>
    Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken);

    /// <summary>One node with the version from which it can be watched. Its own would not do: of a node that has not changed for minutes it is older than what the server remembers.</summary>
    Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken);

    /// <summary>The nodes, page by page, read as a stream.</summary>
    /// <param name="cordonedOnly">Those that take no new pods; false: all.</param>
    IAsyncEnumerable<V1Node> ListNodesAsync(bool cordonedOnly, CancellationToken cancellationToken);

    /// <param name="strategicMergePatch">JSON. With metadata.resourceVersion it applies to that version only.</param>
    Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken);

    /// <summary>The pods bound to a node, all pages joined.</summary>
    Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken);

    /// <summary>
    /// What happens to the pods of a node after <paramref name="resourceVersion"/>. The stream ends when the server ends it,
    /// and with <see cref="WatchEvent{T}.Expired"/> when the version is too old.
    /// </summary>
    IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken);

    IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken);

    /// <summary>The nodes of the cluster and what becomes of them, in one request: it begins with all there are.</summary>
    IAsyncEnumerable<WatchEvent<V1Node>> WatchNodesAsync(CancellationToken cancellationToken);

    /// <summary>policy/v1 eviction with the pod's UID as precondition.</summary>
    /// <param name="gracePeriod">Overrides the pod's own, in whole seconds; null leaves it.</param>
    Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken);

    /// <summary>Deletes the pod with its UID as precondition, past any disruption budget.</summary>
    Task<EvictionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken);

    Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken);

    /// <summary>
    /// The disruption budgets of a namespace and what becomes of them, in one request: a watch without a resourceVersion
    /// begins with all there are. A drain opens it only once a budget has refused a pod.
    /// </summary>
    IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken);

    /// <param name="claim">As namespace/name.</param>
    /// <returns>The persistent volume that it is bound to; null where there is none, or no such claim.</returns>
    Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken);

    /// <returns>What a node calls this persistent volume while it is attached there; none where it never is, or is gone.</returns>
    Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken);

    Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken);
}

internal sealed record PodName(string Namespace, string Name, string Uid)
{
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <param name="Node">Null when the cluster has none of that name.</param>
internal sealed record SingleNode(V1Node? Node, string ResourceVersion);

internal sealed record PodList(IReadOnlyList<V1Pod> Pods, string ResourceVersion);

internal abstract record NodePatchReply
{
    private NodePatchReply()
    {
    }

    public sealed record Done(V1Node Node) : NodePatchReply;

    /// <summary>409: another writer came in between.</summary>
    public sealed record Conflict : NodePatchReply;

    public sealed record Gone : NodePatchReply;

    /// <summary>A dry run: the cluster was not asked, and would have taken it as far as can be told.</summary>
    public sealed record NotSent : NodePatchReply;
}

internal abstract record WatchEvent<T>
{
    private WatchEvent()
    {
    }

    public sealed record Present(T Item, string ResourceVersion) : WatchEvent<T>;

    public sealed record Deleted(T Item, string ResourceVersion) : WatchEvent<T>;

    public sealed record Bookmark(string ResourceVersion) : WatchEvent<T>;

    /// <summary>410: list anew.</summary>
    public sealed record Expired : WatchEvent<T>;
}
