using System.Text.Json;
using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws.EKS;

/// <summary>The one operation of EKS that is needed, in the shape of AWSSDK.EKS so that the package can take its place.</summary>
internal sealed class AmazonEKSClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    public static PipelineConfig NewConfig() => PipelineConfig.For("EKS", "eks", "2017-11-01");

    public async Task<DescribeClusterResponse> DescribeClusterAsync(DescribeClusterRequest request, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<RestJsonResponse>(
            new RestJsonGet("Amazon.EKS", $"/clusters/{Uri.EscapeDataString(request.Name)}"), RestJsonAnswer.Instance, cancellationToken);
        var cluster = Member(answer.Root, "cluster");
        return new(new()
        {
            Name = Text(cluster, "name"),
            Endpoint = Text(cluster, "endpoint"),
            Status = Text(cluster, "status"),
            CertificateAuthority = new(Text(Member(cluster, "certificateAuthority"), "data")),
        });
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
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
