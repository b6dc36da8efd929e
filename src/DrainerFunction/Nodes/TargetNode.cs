using DrainerFunction.ApiServer;

namespace DrainerFunction.Nodes;

/// <summary>The node an interruption is about: where its API server is, and what it is called there.</summary>
internal sealed record TargetNode(ClusterName Cluster, string NodeName, string InstanceId, IApiServer ApiServer)
{
    /// <summary>The node has registered anew, and nothing has named its machine yet: it is not touched before that is known.</summary>
    public ApiServerException NotNamedYet(ApiServerRefusal refusal) => new(refusal, Cluster.Name, $"node {NodeName} has registered anew and does not say yet which instance it is");
}
