using DrainerFunction.ApiServer;
using DrainerFunction.Aws;

namespace DrainerFunction.Reporting;

/// <summary>What a refused call means to the operator, and what helps.</summary>
internal static class RefusalHints
{
    public static string Sentence(AwsCallException refused) => refused.Refusal switch
    {
        AwsRefusal.Denied => $"The function's role is not allowed to call {refused.Operation}: {refused.Message}",
        AwsRefusal.Throttled => $"AWS is throttling calls: {refused.Message}",
        AwsRefusal.Unreachable => $"AWS could not be reached; a function in a VPC needs a NAT gateway or endpoints (docs/private-clusters.md): {refused.Message}",
        _ => refused.Message,
    };

    public static string Sentence(ApiServerException refused) => refused.Refusal switch
    {
        ApiServerRefusal.Unauthorized =>
            $"Cluster {refused.ClusterName} does not recognize the function's role; create an access entry with the group node-drainer (docs/security.md). {refused.Message}",
        ApiServerRefusal.Forbidden =>
            $"Cluster {refused.ClusterName} denied the request of the function's role; apply deploy/rbac.yaml there. {refused.Message}",
        ApiServerRefusal.Overloaded => $"Cluster {refused.ClusterName} is throttling requests. {refused.Message}",
        ApiServerRefusal.Denied =>
            $"{(refused.By is { } by ? $"The admission webhook or policy {by} of cluster" : "Cluster")} {refused.ClusterName} refuses what the function writes; let the group node-drainer pass there (docs/operating.md, \"Cordon refused\"). {refused.Message}",
        _ => $"Cluster {refused.ClusterName} could not be reached; for a private endpoint the function must be in its VPC (docs/private-clusters.md). {refused.Message}",
    };
}
