namespace DrainerFunction.ApiServer.Requests;

/// <summary>One pool of requests a cluster, for as long as the process lives.</summary>
internal sealed class RequestPools(TimeProvider time)
{
    /// <summary>Enough to keep one HTTP/2 connection busy, and few enough not to be the noisy neighbour of priority and fairness.</summary>
    public const int Slots = 32;

    private readonly Dictionary<ClusterName, RequestPool> _pools = [];

    public RequestPool For(ClusterName cluster) =>
        _pools.TryGetValue(cluster, out var pool) ? pool : _pools[cluster] = new(Slots, time);
}
