using System.Buffers;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws.EventBridge;

/// <summary>The operations of EventBridge that are needed, in the shape of AWSSDK.EventBridge so that the package can take its place.</summary>
internal sealed class AmazonEventBridgeClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    public static PipelineConfig NewConfig() => PipelineConfig.For("EventBridge", "events", "2015-10-07");

    public async Task<ListRuleNamesByTargetResponse> ListRuleNamesByTargetAsync(ListRuleNamesByTargetRequest request, CancellationToken cancellationToken)
    {
        var root = await AskAsync("ListRuleNamesByTarget", [new("TargetArn", request.TargetArn), new("NextToken", request.NextToken)], cancellationToken);
        return new(
            [.. JsonText.Items(root, "RuleNames").Select(JsonText.Of).OfType<string>()],
            JsonText.Of(root, "NextToken"));
    }

    public async Task<DescribeRuleResponse> DescribeRuleAsync(DescribeRuleRequest request, CancellationToken cancellationToken)
    {
        var root = await AskAsync("DescribeRule", [new("Name", request.Name)], cancellationToken);
        return new(JsonText.Of(root, "State"), JsonText.Of(root, "EventPattern"));
    }

    private async Task<JsonElement> AskAsync(string operation, KeyValuePair<string, string?>[] members, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members.Where(member => member.Value is not null))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return (await AskAsync<RestJsonResponse>(
            new JsonRequest("Amazon.EventBridge", $"AWSEvents.{operation}", Encoding.UTF8.GetString(buffer.WrittenSpan)), RestJsonAnswer.Instance, cancellationToken)).Root;
    }
}

internal sealed record ListRuleNamesByTargetRequest(string TargetArn, string? NextToken);

internal sealed record ListRuleNamesByTargetResponse(IReadOnlyList<string> RuleNames, string? NextToken);

internal sealed record DescribeRuleRequest(string Name);

/// <param name="State">ENABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS or DISABLED.</param>
internal sealed record DescribeRuleResponse(string? State, string? EventPattern);
