using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>
/// The node of work that an earlier invocation began, for when AWS cannot be asked. A refused look costs freshness, not the work: whose node it is
/// and that AWS agreed was found out by the invocation that cordoned it. What it left is the message's memory, or, for a message without one, the
/// annotation of a node that is cordoned for this very interruption. The node's providerID still has to name the instance.
/// </summary>
internal sealed class RememberedNodeLookup(AnnotationReader annotations, DrainerOptions options)
{
    /// <exception cref="ApiServerException">No cluster has the node, and one could not be asked.</exception>
    public async Task<Resolution?> FindAsync(InterruptionContext context, CancellationToken cancellationToken)
    {
        var interrupted = context.Instance;
        var remembered = interrupted.Received.Select(received => received.Node).OfType<NodeReference>().FirstOrDefault();
        IReadOnlyList<ClusterName> clusters = [.. (remembered is null ? options.ClusterNames : [remembered.Cluster]).Select(name => new ClusterName(interrupted.Scope, name))];
        if (clusters is [])
        {
            return null;
        }

        context.Place.Narrow(clusters);
        var instance = new Instance { InstanceId = interrupted.InstanceId, Life = InstanceLife.Running, PrivateDnsName = remembered?.Node };
        return await context.Batch.Nodes.FindAsync(instance, new(clusters, NamedByTag: true), remembered is null ? NodeSearch.Cordoned : NodeSearch.All, cancellationToken) is FoundNode.Here here
            && annotations.Read(here.Node, interrupted.InstanceId) is { IsSealed: true } noted
            && interrupted.Received.Where(received => remembered is null ? IsNoted(received, noted) : received.Node is not null).ToList() is { Count: > 0 } confirmed
                ? new Resolution.Found(here.Target, here.Node, instance, confirmed)
                : null;
    }

    private static bool IsNoted(ReceivedInterruption received, InterruptionAnnotation noted) =>
        noted.Kinds.Contains(received.Interruption.Kind) && (received.Hook is not { } hook || noted.Hooks.Contains(hook));
}
