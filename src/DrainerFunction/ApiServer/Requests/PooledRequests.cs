using k8s.Models;

namespace DrainerFunction.ApiServer.Requests;

/// <summary>The requests of one piece of work, each through the cluster's pool, and counted.</summary>
internal sealed class PooledRequests(IApiServer apiServer, RequestPool pool, Urgency urgency)
{
    public int Sent { get; private set; }

    /// <summary>Requests that were answered with "later" or not at all, and sent again.</summary>
    public int Again { get; private set; }

    public void SentAgain() => Again++;

    /// <summary>A pause that begins now, cut to what its deadline allows.</summary>
    public TimeSpan Limit(TimeSpan pause, DateTimeOffset now) => urgency.LatestRetry(now) - now is var longest && longest < pause ? longest : pause;

    public Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken) => RunAsync(urgency, token => apiServer.ListNodeAsync(nodeName, token), cancellationToken);

    public Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken) => RunAsync(urgency, token => apiServer.GetNodeAsync(nodeName, token), cancellationToken);

    public Task<NodePatchReply> PatchNodeAsync(string nodeName, string patch, CancellationToken cancellationToken) =>
        RunAsync(urgency, token => apiServer.PatchNodeAsync(nodeName, patch, token), cancellationToken);

    public Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken) => RunAsync(urgency, token => apiServer.ListPodsAsync(nodeName, token), cancellationToken);

    public Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken) =>
        RunAsync(urgency, token => apiServer.GetVolumeOfClaimAsync(claim, token), cancellationToken);

    public Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken) =>
        RunAsync(urgency, token => apiServer.GetVolumeNamesAsync(persistentVolume, token), cancellationToken);

    /// <param name="start">By when it has to be asked to have its grace period: of the pods of one machine that with the earliest goes first.</param>
    /// <param name="gracePeriod">Asked when the request is really sent: time passes while it waits for its turn.</param>
    public Task<EvictionReply> EvictAsync(PodName pod, DateTimeOffset start, Func<TimeSpan?> gracePeriod, CancellationToken cancellationToken) =>
        RunAsync(urgency with { Start = start }, token => apiServer.EvictAsync(pod, gracePeriod(), token), cancellationToken);

    /// <inheritdoc cref="EvictAsync"/>
    public Task<EvictionReply> DeleteAsync(PodName pod, DateTimeOffset start, Func<TimeSpan> gracePeriod, CancellationToken cancellationToken) =>
        RunAsync(urgency with { Start = start }, token => apiServer.DeleteAsync(pod, gracePeriod(), token), cancellationToken);

    // Watches stay open for minutes: they are counted, but hold no slot.
    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        Count(apiServer.WatchPodsAsync(nodeName, resourceVersion, cancellationToken));

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        Count(apiServer.WatchNodeAsync(nodeName, resourceVersion, cancellationToken));

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        Count(apiServer.WatchDisruptionBudgetsAsync(@namespace, cancellationToken));

    private T Count<T>(T watch)
    {
        Sent++;
        return watch;
    }

    private Task<T> RunAsync<T>(Urgency urgencyOfThis, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        var tries = 0;
        return pool.RunAsync(
            urgencyOfThis,
            token =>
            {
                Sent++;
                Again += tries++ > 0 ? 1 : 0;
                return request(token);
            },
            cancellationToken);
    }
}
