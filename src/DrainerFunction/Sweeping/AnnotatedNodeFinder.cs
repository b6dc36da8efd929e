using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Sweeping;

/// <summary>Finds the nodes that carry our annotation, in the clusters of CLUSTER_NAME; without it, in those that the tags of our instances name.</summary>
internal sealed class AnnotatedNodeFinder(IAwsClients aws, IApiServers apiServers, DrainerOptions options)
{
    public async Task<IReadOnlyList<AnnotatedNode>> FindAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        var marked = new List<AnnotatedNode>();
        foreach (var cluster in await ClustersAsync(scope, sweep, cancellationToken))
        {
            await sweep.TryAsync(() => AddAsync(marked, cluster, cancellationToken));
        }

        return marked;
    }

    private async Task<IEnumerable<ClusterName>> ClustersAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        if (options.ClusterNames is not [])
        {
            return options.ClusterNames.Select(name => new ClusterName(scope, name));
        }

        IReadOnlyList<Instance> tagged = [];
        await sweep.TryAsync(async () => tagged = await aws.In(scope).Instances.DescribeRunningAsync(ClusterChoice.TagKeys, cancellationToken));
        return tagged.Where(instance => Ownership.Of(instance, options) is Ownership.Ours)
            .SelectMany(instance => ClusterChoice.Of(instance, scope, options) is ClusterChoice.Candidates named ? named.Clusters : [])
            .Distinct();
    }

    private async Task AddAsync(List<AnnotatedNode> marked, ClusterName cluster, CancellationToken cancellationToken)
    {
        if (await apiServers.ConnectAsync(cluster, cancellationToken) is not { } apiServer)
        {
            return;
        }

        await foreach (var node in apiServer.ListNodesAsync(cordonedOnly: false, cancellationToken))
        {
            if (AnnotationFormat.Read(node) is { } noted && node.InstanceId is { } instanceId)
            {
                marked.Add(new(new(cluster, node.Metadata.Name, instanceId, apiServer), node, noted));
            }
        }
    }
}
