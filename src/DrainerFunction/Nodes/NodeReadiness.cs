using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>Whether a node's kubelet has spoken for it.</summary>
internal static class NodeReadiness
{
    extension(V1Node node)
    {
        /// <summary>Since when it is not Ready, whatever its kubelet says or does not say; null while it is.</summary>
        public DateTimeOffset? NotReadySince =>
            node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready") is { Status: not "True", LastTransitionTime: { } since } ? new(since.ToUniversalTime()) : null;

        /// <summary>The node object of the machine's last life may still say Ready: only a kubelet heard since the start counts.</summary>
        public bool IsReadySince(DateTimeOffset? launchedAt) => node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready") is { Status: "True" } ready
            && (launchedAt is null || ready.LastHeartbeatTime is null || new DateTimeOffset(ready.LastHeartbeatTime.Value.ToUniversalTime()) >= launchedAt);
    }
}
