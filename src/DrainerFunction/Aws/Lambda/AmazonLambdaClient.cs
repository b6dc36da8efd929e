using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws.Lambda;

/// <summary>The one operation of Lambda that is needed, in the shape of AWSSDK.Lambda so that the package can take its place.</summary>
internal sealed class AmazonLambdaClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    public static PipelineConfig NewConfig() => PipelineConfig.For("Lambda", "lambda", "2015-03-31");

    public async Task<ListEventSourceMappingsResponse> ListEventSourceMappingsAsync(ListEventSourceMappingsRequest request, CancellationToken cancellationToken)
    {
        var get = new RestJsonGet("Amazon.Lambda", "/2015-03-31/event-source-mappings/")
        {
            Query = [new("FunctionName", request.FunctionName), .. request.Marker is { } marker ? [new("Marker", marker)] : (KeyValuePair<string, string>[])[]],
        };
        var root = (await AskAsync<RestJsonResponse>(get, RestJsonAnswer.Instance, cancellationToken)).Root;
        return new(
            [.. JsonText.Items(root, "EventSourceMappings").Select(mapping => new EventSourceMappingConfiguration(
                JsonText.Of(mapping, "EventSourceArn"), JsonText.Of(mapping, "State"), [.. JsonText.Items(mapping, "FunctionResponseTypes").Select(type => JsonText.Of(type) ?? "")]))],
            JsonText.Of(root, "NextMarker"));
    }
}

internal sealed record ListEventSourceMappingsRequest(string FunctionName, string? Marker);

internal sealed record ListEventSourceMappingsResponse(IReadOnlyList<EventSourceMappingConfiguration> EventSourceMappings, string? NextMarker);

/// <param name="State">Enabled, Disabled, or on the way to one of them: Enabling, Disabling, Creating, Updating, Deleting.</param>
internal sealed record EventSourceMappingConfiguration(string? EventSourceArn, string? State, IReadOnlyList<string> FunctionResponseTypes);
