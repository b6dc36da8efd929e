using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>The nodes of one batch that are still to come.</summary>
/// <param name="instanceIds">The instances of the batch: the nodes of no others are kept.</param>
internal sealed class NodeArrivals(IApiServers apiServers, IReadOnlySet<string> instanceIds, TimeProvider time, Random random)
{
    private readonly Dictionary<ClusterName, ClusterNodesWatch> _watches = [];

    /// <summary>Waits for a node that has not joined yet, or is not yet as it is wanted, by one watch a cluster.</summary>
    /// <returns>The node once it is there; ends by cancellation otherwise.</returns>
    public async Task<FoundNode.Here> WaitAsync(Instance instance, ClusterChoice.Candidates clusters, Func<V1Node, bool> isWanted, CancellationToken cancellationToken)
    {
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = clusters.Clusters.Select(cluster => WaitAsync(instance, cluster, isWanted, found.Token)).ToList();
        var first = await Task.WhenAny(waiting);
        found.Cancel();
        await ((Task)Task.WhenAll(waiting)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await first;
    }

    private async Task<FoundNode.Here> WaitAsync(Instance instance, ClusterName cluster, Func<V1Node, bool> isWanted, CancellationToken cancellationToken)
    {
        if (await TryConnectAsync(cluster, cancellationToken) is { } apiServer)
        {
            var watch = _watches.TryGetValue(cluster, out var known) ? known : _watches[cluster] = new(apiServer, instanceIds, time, random);
            var node = await watch.WaitAsync(instance.InstanceId, isWanted, cancellationToken);
            return new(new(cluster, node.Metadata.Name, instance.InstanceId, apiServer), node);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    // One that cannot be reached now has no node that could arrive.
    private async Task<IApiServer?> TryConnectAsync(ClusterName cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await apiServers.ConnectAsync(cluster, cancellationToken);
        }
        catch (ApiServerException)
        {
            return null;
        }
    }
}
