using System.Buffers.Text;
using System.Text;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace DrainerFunction.Aws;

/// <summary>
/// Makes the token of an EKS cluster: a presigned GetCallerIdentity for this cluster only, which its API server plays back to STS.
/// No request is sent to make one.
/// </summary>
internal sealed class ClusterTokens(RoleCredentials credentials, string region, AwsCalls calls, TimeProvider time) : IClusterTokens
{
    private const string Prefix = "k8s-aws-v1.";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public async Task<ClusterToken> PresignAsync(string clusterName, CancellationToken cancellationToken)
    {
        var (keys, end) = await calls.AskAsync("sts:GetCallerIdentity (presign)", _ => credentials.CurrentAsync(), cancellationToken);
        var now = time.GetUtcNow();
        var refreshAt = end is { } credentialsEnd && credentialsEnd < now + Life ? credentialsEnd : now + Life;
        return new(Token(keys, region, clusterName, now), refreshAt);
    }

    internal static string Token(ImmutableCredentials keys, string region, string clusterName, DateTimeOffset now) =>
        Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(PresignedUrl(keys, region, clusterName, now)));

    private static string PresignedUrl(ImmutableCredentials keys, string region, string clusterName, DateTimeOffset now)
    {
        // The cluster's authenticator accepts the real STS host of the region only, whatever AWS_ENDPOINT_URL says.
        using var request = new DefaultRequest(new PresignedCall(), "AWSSecurityTokenService")
        {
            HttpMethod = "GET",
            UseQueryString = true,
            ResourcePath = "/",
            Endpoint = new Uri($"https://sts.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}"),
        };
        request.Parameters["Action"] = "GetCallerIdentity";
        request.Parameters["Version"] = "2011-06-15";
        request.Parameters["X-Amz-Expires"] = "60";
        if (keys.UseToken)
        {
            request.Parameters["X-Amz-Security-Token"] = keys.Token;
        }

        request.Headers["x-k8s-aws-id"] = clusterName;
        var signed = AWS4PreSignedUrlSigner.SignRequest(request, null, null, keys.AccessKey, keys.SecretKey, "sts", region, now.UtcDateTime);
        return $"{AmazonServiceClient.ComposeUrl(request).AbsoluteUri}&{signed.ForQueryParameters}";
    }

    private sealed class PresignedCall : AmazonWebServiceRequest;
}
