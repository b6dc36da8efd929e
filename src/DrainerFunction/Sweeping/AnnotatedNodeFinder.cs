using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Sweeping;

/// <summary>Finds the nodes that carry the annotation, in the clusters of CLUSTER_NAME; without it, in those that the tags of managed instances name.</summary>
internal sealed class AnnotatedNodeFinder(IAwsClients aws, IApiServers apiServers, AnnotationReader annotations, BrokenSeal brokenSeals, DrainerOptions options)
{
    public async Task<IReadOnlyList<AnnotatedNode>> FindAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        var annotated = new List<AnnotatedNode>();
        foreach (var cluster in await ClustersAsync(scope, sweep, cancellationToken))
        {
            await sweep.TryAsync(() => AddAsync(annotated, cluster, sweep, cancellationToken));
        }

        return annotated;
    }

    private async Task<IEnumerable<ClusterName>> ClustersAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        if (options.ClusterNames is not [])
        {
            return options.ClusterNames.Select(name => new ClusterName(scope, name));
        }

        IReadOnlyList<Instance> tagged = [];
        await sweep.TryAsync(async () => tagged = await aws.In(scope).Instances.DescribeRunningAsync(ClusterChoice.TagKeys, cancellationToken));
        return tagged.Where(instance => InstanceOwnership.WhyForeign(instance, options) is null)
            .SelectMany(instance => ClusterChoice.Of(instance, scope, options) is ClusterChoice.Candidates named ? named.Clusters : [])
            .Distinct();
    }

    private async Task AddAsync(List<AnnotatedNode> annotated, ClusterName cluster, SweepState sweep, CancellationToken cancellationToken)
    {
        if (await apiServers.ConnectAsync(cluster, cancellationToken) is not { } apiServer)
        {
            return;
        }

        var (names, ambiguous) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var node in apiServer.ListNodesAsync(cordonedOnly: false, cancellationToken))
        {
            if (node.InstanceId is not { } instanceId)
            {
                continue;
            }

            if (!names.TryAdd(instanceId, node.Metadata.Name))
            {
                ambiguous.Add(instanceId);
                sweep.CouldNotSee(FoundNode.Ambiguous.Sentence(instanceId, cluster, names[instanceId], node.Metadata.Name));
            }

            if (annotations.Read(node) is { } noted)
            {
                annotated.Add(new(new(cluster, node.Metadata.Name, instanceId, apiServer), node, noted));
            }
            else if (brokenSeals.IsOn(node))
            {
                sweep.BrokenSeals.Add((new(cluster, node.Metadata.Name, instanceId, apiServer), node));
            }
            else if (InterruptionAnnotation.IsOn(node))
            {
                sweep.Unread.Add($"{node.Metadata.Name} of cluster {cluster.Name}");
            }
        }

        // Which of them carries the mark of that instance is for a person to say.
        annotated.RemoveAll(one => one.Target.Cluster == cluster && ambiguous.Contains(one.Target.InstanceId));
        sweep.BrokenSeals.RemoveAll(one => one.Target.Cluster == cluster && ambiguous.Contains(one.Target.InstanceId));
    }
}
