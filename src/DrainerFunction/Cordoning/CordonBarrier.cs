using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Cordoning;

/// <summary>
/// Holds the first eviction back until every node of the batch in the same cluster is cordoned, so that nothing moves onto
/// the next victim. It waits a moment only, and never for another cluster's nodes.
/// </summary>
internal sealed class CordonBarrier(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly HashSet<Place> _pending = [];
    private readonly AsyncSignal _changed = new();

    /// <summary>Takes a place for an instance whose cluster is not known yet.</summary>
    public Place Enter(AwsScope scope)
    {
        var place = new Place(this, scope);
        _pending.Add(place);
        return place;
    }

    private void Changed()
    {
        _changed.Set();
        _changed.Reset();
    }

    // That another node is slow is no reason to be late here.
    private async Task WaitAsync(ClusterName cluster, CancellationToken cancellationToken) => await time.WithinAsync(
        Longest,
        async token =>
        {
            while (_pending.Any(place => place.MayBeIn(cluster)))
            {
                await _changed.WaitAsync(token);
            }
        },
        cancellationToken);

    /// <summary>One instance on its way to its cordon.</summary>
    internal sealed class Place(CordonBarrier barrier, AwsScope scope)
    {
        private IReadOnlyList<ClusterName>? _clusters;

        /// <summary>From now on only the nodes of these clusters wait for it.</summary>
        public void Narrow(IReadOnlyList<ClusterName> clusters)
        {
            _clusters = clusters;
            barrier.Changed();
        }

        /// <summary>It is cordoned, or it will not be now.</summary>
        public void Leave()
        {
            if (barrier._pending.Remove(this))
            {
                barrier.Changed();
            }
        }

        public Task WaitForOthersAsync(ClusterName cluster, CancellationToken cancellationToken)
        {
            Leave();
            return barrier.WaitAsync(cluster, cancellationToken);
        }

        internal bool MayBeIn(ClusterName cluster) => _clusters?.Contains(cluster) ?? scope == cluster.Scope;
    }
}
