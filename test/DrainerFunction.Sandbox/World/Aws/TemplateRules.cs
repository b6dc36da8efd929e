using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Puts the queues, the rules and the alarms of a template into a region.</summary>
internal sealed partial class TemplateRules(AwsRegion region, Template template)
{
    private readonly Dictionary<string, string> _queues = [];

    public IReadOnlyDictionary<string, string> Load()
    {
        var queues = OfType("AWS::SQS::Queue").ToList();
        // A region here has one stack, and scenarios name its queues by their logical ids: a name in the template is not taken.
        foreach (var (id, _) in queues)
        {
            _queues[id] = id;
            region.Sqs.CreateQueue(id);
        }

        foreach (var (id, properties) in queues)
        {
            Configure(_queues[id], properties);
        }

        foreach (var (id, properties) in OfType("AWS::Events::Rule").Where(rule => rule.Properties["EventPattern"] is not null))
        {
            Put(id, properties["EventPattern"]!, properties["State"], properties["Targets"] as JsonArray ?? []);
        }

        foreach (var (_, properties) in OfType("AWS::CloudWatch::Alarm").Where(alarm => alarm.Properties["MetricName"] is not null))
        {
            region.CloudWatch.PutMetricAlarm(new(
                properties["AlarmName"]!.ToString(),
                properties["Namespace"]!.ToString(),
                properties["MetricName"]!.ToString(),
                (properties["Dimensions"] as JsonArray ?? []).ToDictionary(one => one!["Name"]!.ToString(), one => NameOf(one!["Value"]!.ToString())),
                [.. (properties["AlarmActions"] as JsonArray ?? []).Select(action => action!.ToString())]));
        }

        foreach (var (id, properties) in OfType("AWS::Serverless::Function"))
        {
            foreach (var (name, trigger) in properties["Events"] as JsonObject ?? [])
            {
                if (trigger?["Type"]?.ToString() is "EventBridgeRule" or "CloudWatchEvent")
                {
                    Put(id + name, trigger["Properties"]!["Pattern"]!, trigger["Properties"]!["State"], [new JsonObject { ["Arn"] = $"${{{id}.Arn}}" }]);
                }
            }
        }

        return _queues;
    }

    /// <summary>The policies of the queues, once the roles that they name are there.</summary>
    /// <param name="roles">By their logical ids.</param>
    public void LoadPolicies(IReadOnlyDictionary<string, Role> roles)
    {
        foreach (var (_, properties) in OfType("AWS::SQS::QueuePolicy"))
        {
            var text = Reference().Replace(properties["PolicyDocument"]!.ToJsonString(), found => Named(found.Groups["id"].Value, found.Groups["attribute"].Value, roles));
            foreach (var queue in (JsonArray)properties["Queues"]!)
            {
                region.Sqs.SetQueueAttributes(queue!.ToString().TrimStart('$', '{').TrimEnd('}'), new Dictionary<string, string> { ["Policy"] = text });
            }
        }
    }

    private string Named(string id, string attribute, IReadOnlyDictionary<string, Role> roles) => attribute switch
    {
        "RoleId" => roles.TryGetValue(id, out var role) ? role.Id : $"AROA-OF-{id}",
        _ when roles.TryGetValue(id, out var role) => role.Arn,
        _ when region.Sqs.ListQueues(id).Any(queue => queue.Name == id) => region.Arn("sqs", id),
        _ => region.Arn("events", "rule/" + id),
    };

    [GeneratedRegex(@"\$\{(?<id>[A-Za-z0-9]+)\.(?<attribute>Arn|RoleId)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    /// <summary>What a queue or the function is called, from a reference to it.</summary>
    private string NameOf(string reference) =>
        !reference.StartsWith("${", StringComparison.Ordinal) ? reference
        : reference.TrimStart('$', '{').TrimEnd('}').Split('.')[0] is var id && _queues.TryGetValue(id, out var queue) ? queue : AwsCloud.FunctionName;

    private IEnumerable<(string Id, JsonObject Properties)> OfType(string type) =>
        from resource in template.Resources
        where resource.Value["Type"]?.ToString() == type
        select (resource.Key, resource.Value["Properties"] as JsonObject ?? []);

    private void Configure(string queue, JsonObject properties)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var name in (string[])["VisibilityTimeout", "DelaySeconds", "MessageRetentionPeriod"])
        {
            if (properties[name] is { } value)
            {
                attributes[name] = value.ToString();
            }
        }

        if (properties["RedrivePolicy"] is JsonObject redrive)
        {
            attributes["RedrivePolicy"] = new JsonObject
            {
                ["deadLetterTargetArn"] = Resolve(redrive["deadLetterTargetArn"]!.ToString()),
                ["maxReceiveCount"] = int.Parse(redrive["maxReceiveCount"]!.ToString(), CultureInfo.InvariantCulture),
            }.ToJsonString();
        }

        region.Sqs.SetQueueAttributes(queue, attributes);
    }

    private void Put(string name, JsonNode pattern, JsonNode? state, JsonArray targets)
    {
        region.Events.PutRule(name, pattern.ToJsonString(), state?.ToString() != "DISABLED");
        region.Events.PutTargets(name, targets.Select((target, index) => (Id: target!["Id"]?.ToString() ?? $"target{index}", Arn: Resolve(target["Arn"]!.ToString())))
            .ToDictionary(target => target.Id, target => target.Arn));
    }

    /// <summary><c>${Queue.Arn}</c> becomes the queue's ARN, <c>${Function.Arn}</c> a function's.</summary>
    private string Resolve(string reference)
    {
        var id = reference.TrimStart('$', '{').TrimEnd('}').Split('.')[0];
        return !reference.StartsWith("${", StringComparison.Ordinal) ? reference
            : _queues.TryGetValue(id, out var queue) ? region.Arn("sqs", queue) : region.Arn("lambda", "function:" + id);
    }
}
