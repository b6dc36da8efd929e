using System.Text;
using DrainerFunction.Aws.EKS;

namespace DrainerFunction.Aws;

internal sealed class EksClusters(Lazy<AmazonEKSClient> eks, AwsCalls calls) : IEksClusters
{
    private const string Operation = "eks:DescribeCluster";

    public async Task<EksCluster?> DescribeAsync(string clusterName, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.AskAsync(Operation, stop => eks.Value.DescribeClusterAsync(new(clusterName), stop), cancellationToken);
            return Read(answer.Cluster);
        }
        catch (AwsCallException refused) when (refused.Code is "ResourceNotFoundException")
        {
            return null;
        }
    }

    private static EksCluster Read(Cluster cluster) =>
        Uri.TryCreate(cluster.Endpoint, UriKind.Absolute, out var endpoint) && endpoint.Scheme == Uri.UriSchemeHttps
        && cluster.CertificateAuthority.Data is { } data && Pem(data) is { } pem
            ? new(endpoint, pem)
            : throw new AwsCallException(
                AwsRefusal.Unreachable, Operation, cluster.Status ?? "NoStatus", "the cluster has no endpoint or no certificate authority (yet)");

    private static string? Pem(string base64)
    {
        var pem = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, pem, out var length) ? Encoding.ASCII.GetString(pem, 0, length) : null;
    }
}
