using DrainerFunction.ApiServer;

namespace DrainerFunction.Nodes;

/// <summary>The node an interruption is about: where its API server is, and what it is called there.</summary>
internal sealed record TargetNode(ClusterName Cluster, string NodeName, string InstanceId, IApiServer ApiServer);
