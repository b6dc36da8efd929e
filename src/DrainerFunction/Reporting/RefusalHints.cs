using DrainerFunction.ApiServer;
using DrainerFunction.Aws;

namespace DrainerFunction.Reporting;

/// <summary>What a refused call means to the operator, and what helps.</summary>
internal static class RefusalHints
{
    public static string Sentence(AwsCallException refused) => refused.Refusal switch
    {
        AwsRefusal.Denied => $"The function's role may not call {refused.Operation}: {refused.Message}",
        AwsRefusal.Throttled => $"AWS asks for fewer calls: {refused.Message}",
        AwsRefusal.Unreachable => $"AWS could not be reached; a function in a VPC needs a NAT gateway or endpoints (docs/private-clusters.md): {refused.Message}",
        _ => refused.Message,
    };

    public static string Sentence(ApiServerException refused) => refused.Refusal switch
    {
        ApiServerRefusal.Unauthorized =>
            $"The cluster {refused.ClusterName} does not know the function's role; give it an access entry with the group node-drainer (docs/security.md). {refused.Message}",
        ApiServerRefusal.Forbidden =>
            $"The cluster {refused.ClusterName} knows the function's role and refuses; apply deploy/rbac.yaml there. {refused.Message}",
        ApiServerRefusal.Overloaded => $"The cluster {refused.ClusterName} asks for fewer requests. {refused.Message}",
        ApiServerRefusal.Denied =>
            $"{(refused.By is { } by ? $"The admission webhook or policy {by} of the" : "The")} cluster {refused.ClusterName} refuses what the function writes; let the group node-drainer pass there (docs/operating.md, \"Cordon refused\"). {refused.Message}",
        _ => $"The cluster {refused.ClusterName} could not be reached; for a private endpoint the function must be in its VPC (docs/private-clusters.md). {refused.Message}",
    };
}
