using DrainerFunction.Aws.EventBridge;
using DrainerFunction.Aws.Lambda;

namespace DrainerFunction.Aws;

internal sealed class EventSources(Lazy<AmazonLambdaClient> lambda, AwsCalls calls) : IEventSources
{
    public async Task<IReadOnlyList<EventSource>> ListAsync(string functionName, CancellationToken cancellationToken)
    {
        List<EventSource> sources = [];
        string? next = null;
        do
        {
            var page = await calls.AskAsync("lambda:ListEventSourceMappings", stop => lambda.Value.ListEventSourceMappingsAsync(new(functionName, next), stop), cancellationToken);
            sources.AddRange(page.EventSourceMappings.Select(mapping => new EventSource(
                mapping.EventSourceArn ?? "", mapping.State is "Enabled" or "Enabling" or "Creating" or "Updating", mapping.FunctionResponseTypes.Contains("ReportBatchItemFailures"))));
            next = page.NextMarker;
        }
        while (!string.IsNullOrEmpty(next));
        return sources;
    }
}

internal sealed class EventRules(Lazy<AmazonEventBridgeClient> eventBridge, AwsCalls calls) : IEventRules
{
    public async Task<IReadOnlyList<EventRule>> ListAsync(string targetArn, CancellationToken cancellationToken)
    {
        List<EventRule> rules = [];
        string? next = null;
        do
        {
            var page = await calls.AskAsync("events:ListRuleNamesByTarget", stop => eventBridge.Value.ListRuleNamesByTargetAsync(new(targetArn, next), stop), cancellationToken);
            foreach (var name in page.RuleNames)
            {
                var rule = await calls.AskAsync("events:DescribeRule", stop => eventBridge.Value.DescribeRuleAsync(new(name), stop), cancellationToken);
                rules.Add(new(name, rule.State is not "DISABLED", rule.EventPattern));
            }

            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return rules;
    }
}
