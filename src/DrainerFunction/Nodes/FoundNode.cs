using DrainerFunction.ApiServer;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>Where the search for an instance's node ended. That a cluster could not be asked is an exception, not a case.</summary>
internal abstract record FoundNode
{
    private FoundNode() { }

    public sealed record Here(TargetNode Target, V1Node Node) : FoundNode;

    /// <param name="Proven">Nothing can be running there: the instance's own tag names a cluster that answered, or the machine is going down for good.</param>
    public sealed record Nowhere(string Why, bool Proven) : FoundNode;

    /// <summary>Two nodes name the instance: one of them lies, and only a person can say which.</summary>
    public sealed record Ambiguous(string Why) : FoundNode
    {
        public static string Sentence(string instanceId, ClusterName cluster, string one, string other) =>
            $"nodes {one} and {other} of cluster {cluster.Name} both name instance {instanceId} in spec.providerID; neither is touched until one of them is deleted";
    }
}
