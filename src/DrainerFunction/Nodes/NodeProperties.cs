using DrainerFunction.Runtime;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>What a node says of itself, in the function's words.</summary>
internal static class NodeProperties
{
    extension(V1Node node)
    {
        /// <summary>The EC2 instance that its providerID names: the last segment of <c>aws:///eu-west-1a/i-0123456789abcdef0</c>, where it is an instance id: whoever registers a node chooses it, and it goes into calls to AWS.</summary>
        public string? InstanceId => node.Spec?.ProviderID?.Split('/') is [.., var instanceId] && AwsIdentifiers.IsInstanceId(instanceId) ? instanceId : null;

        public string? BootId => node.Status?.NodeInfo?.BootID;

        /// <summary>Since when it is not Ready, whatever its kubelet says or does not say; null while it is.</summary>
        public DateTimeOffset? NotReadySince =>
            node.Ready is { Status: not "True", LastTransitionTime: { } since } ? new(since.ToUniversalTime()) : null;

        private V1NodeCondition? Ready => node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");

        public bool IsOn(string instanceId) => node.InstanceId == instanceId;

        /// <summary>A node that has just registered may not name its machine for some seconds: the cloud controller manager does it.</summary>
        public bool IsOfAnother(string instanceId) => !string.IsNullOrEmpty(node.Spec?.ProviderID) && !node.IsOn(instanceId);

        /// <summary>The node object of the machine's last life may still say Ready: only a kubelet heard since the start counts.</summary>
        public bool IsReadySince(DateTimeOffset? launchedAt) => node.Ready is { Status: "True" } ready
            && (launchedAt is null || ready.LastHeartbeatTime is null || new DateTimeOffset(ready.LastHeartbeatTime.Value.ToUniversalTime()) >= launchedAt);
    }
}
