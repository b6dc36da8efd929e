using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>
/// Finds the nodes of one batch: by private DNS name, by instance id, then among the cordoned nodes and among all of them, each
/// listed at most once a cluster. EC2 takes the name of a machine away once it goes down, so no state is excused from the lists:
/// only after them is a node proven absent. A node is only ever taken when its providerID names the instance.
/// </summary>
/// <param name="apiServers">The clusters.</param>
/// <param name="instanceIds">The instances of the batch: of a long list only their nodes are kept.</param>
internal sealed class NodeFinder(IApiServers apiServers, IReadOnlySet<string> instanceIds)
{
    private readonly Dictionary<(ClusterName Cluster, bool CordonedOnly), Task<Dictionary<string, IReadOnlyList<V1Node>>>> _listed = [];

    /// <exception cref="ApiServerException">No cluster has it, and one of them could not be asked.</exception>
    public async Task<FoundNode> FindAsync(Instance instance, ClusterChoice.Candidates clusters, CancellationToken cancellationToken)
    {
        ApiServerException? unasked = null;
        var missing = new List<string>();
        foreach (var cluster in clusters.Clusters)
        {
            try
            {
                if (await apiServers.ConnectAsync(cluster, cancellationToken) is not { } apiServer)
                {
                    missing.Add(cluster.Name);
                }
                else if (await FindAsync(instance, cluster, apiServer, cancellationToken) is [var node, ..] all)
                {
                    return all is [_, var other, ..]
                        ? new FoundNode.Ambiguous(FoundNode.Ambiguous.Sentence(instance.InstanceId, cluster, node.Metadata.Name, other.Metadata.Name))
                        : new FoundNode.Here(new(cluster, node.Metadata.Name, instance.InstanceId, apiServer), node);
                }
            }
            catch (ApiServerException refused)
            {
                unasked = refused;
            }
        }

        return unasked is null ? Nowhere(instance, clusters, missing) : throw unasked;
    }

    private static FoundNode.Nowhere Nowhere(Instance instance, ClusterChoice.Candidates clusters, List<string> missing) => (instance, missing) switch
    {
        ({ Life: InstanceLife.ShuttingDown or InstanceLife.Terminated }, _) =>
            new($"no cluster has its node and EC2 reports the instance as {instance.Life}", Proven: true),
        (_, [var name, ..]) => new($"EKS reports no cluster {name}", Proven: false),
        _ when clusters.NamedByTag => new($"cluster {clusters.Clusters[0]}, named by its tag, has no node for it", Proven: true),
        _ => new($"no cluster of CLUSTER_NAME ({string.Join(", ", clusters.Clusters)}) has a node for it", Proven: false),
    };

    private async Task<IReadOnlyList<V1Node>> FindAsync(Instance instance, ClusterName cluster, IApiServer apiServer, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { instance.PrivateDnsName, instance.InstanceId })
        {
            if (!string.IsNullOrEmpty(name) && await apiServer.GetNodeAsync(name, cancellationToken) is { } node && node.InstanceId == instance.InstanceId)
            {
                return [node];
            }
        }

        // What goes is most often cordoned already, and those are few.
        return (await ListOnceAsync(cluster, apiServer, cordonedOnly: true, cancellationToken)).GetValueOrDefault(instance.InstanceId)
            ?? (await ListOnceAsync(cluster, apiServer, cordonedOnly: false, cancellationToken)).GetValueOrDefault(instance.InstanceId)
            ?? [];
    }

    // Shared by the batch, so nobody's token may end it for the others; a list that failed is not kept, so that the next
    // instance may try again.
    private async Task<Dictionary<string, IReadOnlyList<V1Node>>> ListOnceAsync(ClusterName cluster, IApiServer apiServer, bool cordonedOnly, CancellationToken cancellationToken)
    {
        var key = (cluster, cordonedOnly);
        var listing = _listed.TryGetValue(key, out var known) ? known : _listed[key] = ListAsync(apiServer, cordonedOnly, CancellationToken.None);
        try
        {
            return await listing.WaitAsync(cancellationToken);
        }
        catch when (listing.IsCompleted && !listing.IsCompletedSuccessfully)
        {
            _listed.Remove(key);
            throw;
        }
    }

    private async Task<Dictionary<string, IReadOnlyList<V1Node>>> ListAsync(IApiServer apiServer, bool cordonedOnly, CancellationToken cancellationToken)
    {
        var nodes = new Dictionary<string, IReadOnlyList<V1Node>>(StringComparer.Ordinal);
        await foreach (var node in apiServer.ListNodesAsync(cordonedOnly, cancellationToken))
        {
            if (node.InstanceId is { } instanceId && instanceIds.Contains(instanceId))
            {
                nodes[instanceId] = [.. nodes.GetValueOrDefault(instanceId) ?? [], node];
            }
        }

        return nodes;
    }
}
