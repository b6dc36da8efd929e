using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>
/// Finds the node of an instance: by private DNS name, by instance id, then among the cordoned nodes and among all of them.
/// EC2 takes the name of a machine away once it goes down, so no state is excused from the lists: only after them is a node
/// proven absent. A node is only ever taken when its providerID names the instance, and when no other node's does.
/// </summary>
internal sealed class NodeFinder(IApiServers apiServers, NodeLists lists, TimeProvider time)
{
    // A machine that booted so lately may have joined since a list was read.
    private static readonly TimeSpan Booting = TimeSpan.FromMinutes(5);

    /// <exception cref="ApiServerException">No cluster has it, and one of them could not be asked.</exception>
    public async Task<FoundNode> FindAsync(Instance instance, ClusterChoice.Candidates clusters, NodeSearch scope, CancellationToken cancellationToken)
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
                else if (await FindAsync(instance, cluster, apiServer, scope, cancellationToken) is { } found)
                {
                    return found;
                }
            }
            catch (ApiServerException refused)
            {
                unasked = refused;
            }
        }

        return unasked is null ? Nowhere(instance, clusters, missing) : throw unasked;
    }

    /// <summary>The pods that are still bound to a node whose object is gone, or new and without its machine's name; none where there is another node of that name.</summary>
    /// <exception cref="ApiServerException">The cluster could not be asked.</exception>
    public async Task<IReadOnlyList<V1Pod>> PodsOfRemovedAsync(ClusterName cluster, string nodeName, CancellationToken cancellationToken) =>
        await apiServers.ConnectAsync(cluster, cancellationToken) is { } apiServer && string.IsNullOrEmpty((await apiServer.GetNodeAsync(nodeName, cancellationToken))?.Spec?.ProviderID)
            ? (await apiServer.ListPodsAsync(nodeName, cancellationToken)).Pods
            : [];

    private static FoundNode.Nowhere Nowhere(Instance instance, ClusterChoice.Candidates clusters, List<string> missing) => (instance, missing) switch
    {
        ({ Life: InstanceLife.ShuttingDown or InstanceLife.Terminated }, _) =>
            new($"no cluster has its node and EC2 reports the instance as {instance.Life}", Proven: true),
        (_, [var name, ..]) => new($"EKS reports no cluster {name}", Proven: false),
        _ when clusters.NamedByTag => new($"cluster {string.Join(" and ", clusters.Clusters)}, named by its tag, has no node for it", Proven: true),
        _ => new($"no cluster of CLUSTER_NAME ({string.Join(", ", clusters.Clusters)}) has a node for it", Proven: false),
    };

    private async Task<FoundNode?> FindAsync(Instance instance, ClusterName cluster, IApiServer apiServer, NodeSearch scope, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { instance.PrivateDnsName, instance.InstanceId })
        {
            if (await TakeAsync(name, instance, cluster, apiServer, cancellationToken) is { } found)
            {
                return found;
            }
        }

        // What goes is most often cordoned already, and those are few.
        return await ListedAsync(instance, cluster, apiServer, cordonedOnly: true, DateTimeOffset.MinValue, cancellationToken)
            ?? (scope is NodeSearch.Cordoned ? null : await ListedAsync(instance, cluster, apiServer, cordonedOnly: false, NotBefore(instance), cancellationToken));
    }

    private async Task<FoundNode?> ListedAsync(
        Instance instance, ClusterName cluster, IApiServer apiServer, bool cordonedOnly, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        (await lists.ReadAsync(cluster, apiServer, cordonedOnly, notBefore, cancellationToken))[instance.InstanceId].ToList() switch
        {
            [] => null,
            [var name] => await TakeAsync(name, instance, cluster, apiServer, cancellationToken),
            [var one, var other, ..] => new FoundNode.Ambiguous(FoundNode.Ambiguous.Sentence(instance.InstanceId, cluster, one, other)),
            var names => throw new UnreachableException($"Unknown {names}."),
        };

    private static async Task<FoundNode?> TakeAsync(string? name, Instance instance, ClusterName cluster, IApiServer apiServer, CancellationToken cancellationToken) =>
        !string.IsNullOrEmpty(name) && await apiServer.GetNodeAsync(name, cancellationToken) is { } node && node.InstanceId == instance.InstanceId
            ? new FoundNode.Here(new(cluster, node.Metadata.Name, instance.InstanceId, apiServer), node)
            : null;

    private DateTimeOffset NotBefore(Instance instance) =>
        instance is { IsGoing: false, LaunchedAt: { } launched } && time.GetUtcNow() - launched < Booting ? time.GetUtcNow() : DateTimeOffset.MinValue;
}

/// <summary>How far a node is looked for.</summary>
internal enum NodeSearch
{
    /// <summary>By name and among the cordoned: enough where the instance was drained before it went.</summary>
    Cordoned,

    /// <summary>Among all nodes: only then is it proven absent.</summary>
    All,
}
