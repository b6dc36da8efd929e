using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws;

internal sealed class EventSources(AwsService lambda) : IEventSources
{
    public Task<IReadOnlyList<EventSource>> ListAsync(string functionName, CancellationToken cancellationToken) => lambda.JsonListAsync(
        "lambda:ListEventSourceMappings",
        next => new RestJsonGet("/2015-03-31/event-source-mappings/", new("FunctionName", functionName), new("Marker", next)),
        "NextMarker",
        page => JsonText.Items(page, "EventSourceMappings").Select(mapping => new EventSource(
            JsonText.Of(mapping, "EventSourceArn") ?? "",
            // Or Disabled, Disabling, Deleting.
            JsonText.Of(mapping, "State") is "Enabled" or "Enabling" or "Creating" or "Updating",
            JsonText.Items(mapping, "FunctionResponseTypes").Any(type => JsonText.Of(type) is "ReportBatchItemFailures"))),
        cancellationToken);
}

internal sealed class EventRules(AwsService eventBridge) : IEventRules
{
    public async Task<IReadOnlyList<EventRule>> ListAsync(string targetArn, CancellationToken cancellationToken)
    {
        var names = await eventBridge.JsonListAsync(
            "events:ListRuleNamesByTarget",
            next => Request("ListRuleNamesByTarget", ("TargetArn", targetArn), ("NextToken", next)),
            "NextToken",
            page => JsonText.Items(page, "RuleNames").Select(JsonText.Of).OfType<string>(),
            cancellationToken);
        List<EventRule> rules = [];
        foreach (var name in names)
        {
            // Its state may be ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS as well.
            rules.Add(await eventBridge.JsonAsync(
                "events:DescribeRule", Request("DescribeRule", ("Name", name)), rule => new EventRule(name, JsonText.Of(rule, "State") is not "DISABLED", JsonText.Of(rule, "EventPattern")), cancellationToken));
        }

        return rules;
    }

    private static JsonRequest Request(string operation, params IReadOnlyList<(string Name, string? Value)> members) => new($"AWSEvents.{operation}", JsonBody.TextOf(json =>
    {
        foreach (var (name, value) in members.Where(member => member.Value is not null))
        {
            json.WriteString(name, value);
        }
    }));
}
