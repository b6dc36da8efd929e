using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>EventBridge in JSON 1.1 (AWSEvents, 2015-10-07).</summary>
internal static class AwsEvents
{
    public static JsonObject Answer(AwsCall call, AwsRegion region)
    {
        var input = call.Json;
        switch (call.Operation)
        {
            case "PutEvents":
                return Put(region, input["Entries"] as JsonArray ?? []);
            case "PutRule":
                return new() { ["RuleArn"] = region.Events.PutRule(Required(input, "Name"), input["EventPattern"]?.ToString(), input["State"]?.ToString() != "DISABLED").Arn };
            case "PutTargets":
                region.Events.PutTargets(Required(input, "Rule"), (input["Targets"] as JsonArray ?? []).ToDictionary(target => target!["Id"]!.ToString(), target => target!["Arn"]!.ToString()));
                return new() { ["FailedEntryCount"] = 0, ["FailedEntries"] = new JsonArray() };
            case "ListRules":
                return new() { ["Rules"] = new JsonArray([.. region.Events.ListRules(input["NamePrefix"]?.ToString() ?? "").Select(rule => (JsonNode)Shown(rule))]) };
            case "ListRuleNamesByTarget":
                return new() { ["RuleNames"] = new JsonArray([.. region.Events.ListRuleNamesByTarget(Required(input, "TargetArn")).Select(name => (JsonNode)name)]) };
            case "DisableRule" or "EnableRule":
                region.Events.SetEnabled(Required(input, "Name"), call.Operation == "EnableRule");
                return [];
            case "DescribeRule":
                return Shown(region.Events.Rule(Required(input, "Name")));
            case "ListTargetsByRule":
                return new()
                {
                    ["Targets"] = new JsonArray([.. region.Events.Rule(Required(input, "Rule")).Targets.Select(target => (JsonNode)new JsonObject { ["Id"] = target.Key, ["Arn"] = target.Value })]),
                };
            case "DeleteRule":
                region.Events.DeleteRule(Required(input, "Name"));
                return [];
            case "TestEventPattern":
                return new() { ["Result"] = EventPattern.Parse(Required(input, "EventPattern")).Matches(Required(input, "Event")) };
            default:
                throw new AwsError("UnknownOperationException", $"The operation {call.Operation} is not known.", 400);
        }
    }

    private static JsonObject Put(AwsRegion region, JsonArray entries)
    {
        if (entries.Count is 0 or > 10)
        {
            throw new AwsError("ValidationException", $"1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length {(entries.Count == 0 ? "greater than or equal to 1" : "less than or equal to 10")}", 400);
        }

        var results = region.Events.PutEvents([.. entries.Select(entry => new EventEntry(
            entry!["Source"]?.ToString() ?? "",
            entry["DetailType"]?.ToString() ?? "",
            entry["Detail"]?.ToString() ?? "",
            [.. (entry["Resources"] as JsonArray ?? []).Select(resource => resource!.ToString())],
            (double?)entry["Time"] is { } time ? DateTimeOffset.FromUnixTimeMilliseconds((long)(time * 1000)) : null))]);
        return new()
        {
            ["FailedEntryCount"] = results.Count(result => result.Error is not null),
            ["Entries"] = new JsonArray([.. results.Select(result => (JsonNode)(result.Error is { } error
                ? new JsonObject { ["ErrorCode"] = error.Code, ["ErrorMessage"] = error.Message }
                : new JsonObject { ["EventId"] = result.EventId }))]),
        };
    }

    private static JsonObject Shown(EventRule rule) => new()
    {
        ["Name"] = rule.Name,
        ["Arn"] = rule.Arn,
        ["EventPattern"] = rule.Pattern.ToString(),
        ["State"] = rule.Enabled ? "ENABLED" : "DISABLED",
        ["EventBusName"] = "default",
    };

    private static string Required(JsonObject input, string name) => input[name]?.ToString()
        ?? throw new AwsError("ValidationException", $"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null", 400);
}
