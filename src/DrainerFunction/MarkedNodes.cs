using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime;

namespace DrainerFunction;

/// <summary>Finds the nodes that carry our annotation, in the clusters of CLUSTER_NAME; without it, in those that the tags of our instances name.</summary>
internal sealed class MarkedNodes(IAwsClients aws, IApiServers apiServers, DrainerOptions options)
{
    public async Task<IReadOnlyList<MarkedNode>> FindAsync(AwsScope scope, Sweep sweep, CancellationToken cancellationToken)
    {
        var marked = new List<MarkedNode>();
        foreach (var cluster in await ClustersAsync(scope, sweep, cancellationToken))
        {
            await sweep.TriedAsync(() => AddAsync(marked, cluster, cancellationToken));
        }

        return marked;
    }

    private async Task<IEnumerable<ClusterName>> ClustersAsync(AwsScope scope, Sweep sweep, CancellationToken cancellationToken)
    {
        if (options.ClusterNames is not [])
        {
            return options.ClusterNames.Select(name => new ClusterName(scope, name));
        }

        IReadOnlyList<Instance> tagged = [];
        await sweep.TriedAsync(async () => tagged = await aws.In(scope).Instances.DescribeRunningAsync(ClusterChoice.TagKeys, cancellationToken));
        return tagged.Where(instance => Ownership.Of(instance, options) is Ownership.Ours)
            .SelectMany(instance => ClusterChoice.Of(instance, scope, options) is ClusterChoice.Candidates named ? named.Clusters : [])
            .Distinct();
    }

    private async Task AddAsync(List<MarkedNode> marked, ClusterName cluster, CancellationToken cancellationToken)
    {
        if (await apiServers.ConnectAsync(cluster, cancellationToken) is not { } apiServer)
        {
            return;
        }

        await foreach (var node in apiServer.ListNodesAsync(cancellationToken))
        {
            if (NodeInterruptions.Read(node) is { } noted && node.InstanceId is { } instanceId)
            {
                marked.Add(new(new(cluster, node.Metadata.Name, instanceId, apiServer), node, noted));
            }
        }
    }
}
