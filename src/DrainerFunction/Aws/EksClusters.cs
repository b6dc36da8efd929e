using System.Text;
using System.Text.Json;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws;

internal sealed class EksClusters(AwsService eks) : IEksClusters
{
    private const string Operation = "eks:DescribeCluster";

    public async Task<EksCluster?> DescribeAsync(string clusterName, CancellationToken cancellationToken)
    {
        try
        {
            return await eks.JsonAsync(Operation, new RestJsonGet($"/clusters/{Uri.EscapeDataString(clusterName)}"), answer => Read(JsonText.Member(answer, "cluster")), cancellationToken);
        }
        catch (AwsCallException refused) when (refused.Code is "ResourceNotFoundException")
        {
            return null;
        }
    }

    // A cluster that is being created has neither endpoint nor certificate authority yet.
    private static EksCluster Read(JsonElement cluster) =>
        Uri.TryCreate(JsonText.Of(cluster, "endpoint"), UriKind.Absolute, out var endpoint) && endpoint.Scheme == Uri.UriSchemeHttps
        && JsonText.Of(JsonText.Member(cluster, "certificateAuthority"), "data") is { } data && Pem(data) is { } pem
            ? new(endpoint, pem)
            : throw new AwsCallException(
                AwsRefusal.Unreachable, Operation, JsonText.Of(cluster, "status") ?? "NoStatus", "the cluster has no endpoint or no certificate authority (yet)");

    private static string? Pem(string base64)
    {
        var pem = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, pem, out var length) ? Encoding.ASCII.GetString(pem, 0, length) : null;
    }
}
