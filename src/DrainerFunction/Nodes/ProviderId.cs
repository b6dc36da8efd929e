using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>Reads the EC2 instance id out of <c>spec.providerID</c>.</summary>
internal static class ProviderId
{
    /// <summary>The instance in <c>aws:///eu-west-1a/i-0123456789abcdef0</c>: the last segment, where it is an instance id.</summary>
    public static string? InstanceIdOf(string? providerId) => providerId?.Split('/') switch
    {
        [.., ['i', '-', _, ..] instanceId] => instanceId,
        _ => null,
    };

    extension(V1Node node)
    {
        public string? InstanceId => InstanceIdOf(node.Spec?.ProviderID);
    }
}
