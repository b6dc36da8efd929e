using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws.EKS;

/// <summary>The one operation of EKS that is needed, in the shape of AWSSDK.EKS so that the package can take its place.</summary>
internal sealed class AmazonEKSClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    public static PipelineConfig NewConfig() => PipelineConfig.For("EKS", "eks", "2017-11-01");

    public async Task<DescribeClusterResponse> DescribeClusterAsync(DescribeClusterRequest request, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<RestJsonResponse>(
            new RestJsonGet("Amazon.EKS", $"/clusters/{Uri.EscapeDataString(request.Name)}"), RestJsonAnswer.Instance, cancellationToken);
        var cluster = JsonText.Member(answer.Root, "cluster");
        return new(new()
        {
            Name = JsonText.Of(cluster, "name"),
            Endpoint = JsonText.Of(cluster, "endpoint"),
            Status = JsonText.Of(cluster, "status"),
            CertificateAuthority = new(JsonText.Of(JsonText.Member(cluster, "certificateAuthority"), "data")),
        });
    }
}

internal sealed record DescribeClusterRequest(string Name);

internal sealed record DescribeClusterResponse(Cluster Cluster);

/// <summary>A cluster that is being created has neither endpoint nor certificate authority yet.</summary>
internal sealed record Cluster
{
    public required string? Name { get; init; }

    public required string? Endpoint { get; init; }

    public required string? Status { get; init; }

    public required Certificate CertificateAuthority { get; init; }
}

/// <param name="Data">PEM in Base64.</param>
internal sealed record Certificate(string? Data);
