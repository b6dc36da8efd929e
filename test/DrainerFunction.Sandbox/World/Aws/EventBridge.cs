using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The default event bus: what happens in the region goes to the targets of the rules that match it.</summary>
internal sealed class EventBridge(AwsRegion region)
{
    private readonly SimulatedWorld _world = region.World;
    private readonly SortedDictionary<string, EventRule> _rules = new(StringComparer.Ordinal);

    /// <summary>Raised under the world's gate for targets that are not queues: the target's ARN and the event.</summary>
    public event Action<string, string>? Delivered;

    /// <summary>How long an event takes to its target.</summary>
    public TimeSpan DeliveryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How likely an event is delivered twice; EventBridge promises at least once.</summary>
    public double DuplicateChance { get; set; }

    public EventRule PutRule(string name, string? pattern, bool enabled = true)
    {
        lock (_world.Gate)
        {
            if (string.IsNullOrEmpty(pattern))
            {
                throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.", 400);
            }

            var targets = _rules.TryGetValue(name, out var before) ? before.Targets : [];
            return _rules[name] = new(name, region.Arn("events", "rule/" + name), EventPattern.Parse(pattern), enabled, targets);
        }
    }

    /// <param name="targets">By id: the ARN of a queue or of something else.</param>
    public void PutTargets(string rule, IReadOnlyDictionary<string, string> targets)
    {
        lock (_world.Gate)
        {
            var into = Rule(rule);
            foreach (var (id, arn) in targets)
            {
                into.Targets[id] = arn;
            }
        }
    }

    public EventRule Rule(string name)
    {
        lock (_world.Gate)
        {
            return _rules.GetValueOrDefault(name)
                ?? throw new AwsError("ResourceNotFoundException", $"Rule {name} does not exist on EventBus default.", 400);
        }
    }

    /// <summary>As DisableRule and EnableRule do.</summary>
    public void SetEnabled(string name, bool isEnabled)
    {
        lock (_world.Gate)
        {
            _rules[name] = Rule(name) with { Enabled = isEnabled };
        }
    }

    public IReadOnlyList<string> ListRuleNamesByTarget(string targetArn)
    {
        lock (_world.Gate)
        {
            return [.. _rules.Values.Where(rule => rule.Targets.ContainsValue(targetArn)).Select(rule => rule.Name)];
        }
    }

    public IReadOnlyList<EventRule> ListRules(string prefix = "")
    {
        lock (_world.Gate)
        {
            return [.. _rules.Values.Where(rule => rule.Name.StartsWith(prefix, StringComparison.Ordinal))];
        }
    }

    public void DeleteRule(string name)
    {
        lock (_world.Gate)
        {
            _rules.Remove(name);
        }
    }

    /// <summary>The rules of a SAM or CloudFormation template; its queues are made where they are missing.</summary>
    /// <returns>The names of the queues by their logical ids.</returns>
    public IReadOnlyDictionary<string, string> LoadRules(string templateYaml, IReadOnlyDictionary<string, string>? parameters = null)
    {
        lock (_world.Gate)
        {
            return new TemplateRules(region, Template.Parse(templateYaml, region, parameters)).Load();
        }
    }

    /// <returns>One event id an entry, or the reason why the entry was refused.</returns>
    public IReadOnlyList<(string? EventId, AwsError? Error)> PutEvents(IReadOnlyList<EventEntry> entries)
    {
        lock (_world.Gate)
        {
            return [.. entries.Select(Put)];
        }
    }

    /// <summary>An event of AWS itself, as it goes onto the bus.</summary>
    public string Emit(string source, string detailType, IReadOnlyList<string> resources, JsonObject detail, DateTimeOffset? time = null)
    {
        lock (_world.Gate)
        {
            var id = region.Cloud.Identifiers.Guid();
            var envelope = new JsonObject
            {
                ["version"] = "0",
                ["id"] = id,
                ["detail-type"] = detailType,
                ["source"] = source,
                ["account"] = region.Account,
                ["time"] = (time ?? _world.Now).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["region"] = region.Name,
                ["resources"] = new JsonArray([.. resources.Select(resource => (JsonNode)resource)]),
                ["detail"] = detail,
            };
            Route(id, detailType, envelope.ToJsonString());
            return id;
        }
    }

    private (string? EventId, AwsError? Error) Put(EventEntry entry)
    {
        if (entry.Source.StartsWith("aws.", StringComparison.Ordinal) && !AllowAwsSources)
        {
            return (null, new("NotAuthorizedForSourceException", "Not authorized for the source.", 400));
        }

        if (entry.Source.Length == 0 || entry.DetailType.Length == 0)
        {
            return (null, new("InvalidArgument", $"Parameter {(entry.Source.Length == 0 ? "Source" : "DetailType")} is not valid. Reason: {(entry.Source.Length == 0 ? "Source" : "DetailType")} is a required argument.", 400));
        }

        try
        {
            return JsonNode.Parse(entry.Detail) is JsonObject detail
                ? (Emit(entry.Source, entry.DetailType, entry.Resources, detail, entry.Time), null)
                : (null, Malformed());
        }
        catch (System.Text.Json.JsonException)
        {
            return (null, Malformed());
        }
    }

    /// <summary>The real bus keeps "aws." for itself; the sandbox lets its users play AWS. Switch it off to be as strict.</summary>
    public bool AllowAwsSources { get; set; } = true;

    private void Route(string id, string detailType, string json)
    {
        _world.Tape.Record("events", "emitted", id, $"{detailType} came onto the bus of {region.Name}");
        var targets = _rules.Values.Where(rule => rule.Enabled && rule.Pattern.Matches(json)).SelectMany(rule => rule.Targets.Values.Select(target => (rule.Name, Arn: target))).ToList();
        if (targets.Count == 0)
        {
            _world.Tape.Record("events", "unrouted", id, $"{detailType} matches no rule");
        }

        foreach (var (rule, arn) in targets)
        {
            var times = DuplicateChance > 0 && _world.Chance.NextDouble() < DuplicateChance ? 2 : 1;
            for (var time = 0; time < times; time++)
            {
                Deliver(arn, json, DeliveryDelay * (time + 1), rule);
            }
        }
    }

    private void Deliver(string arn, string json, TimeSpan delay, string rule)
    {
        if (delay <= TimeSpan.Zero)
        {
            HandOver(arn, json, rule);
        }
        else
        {
            _world.Agenda.After(delay, () => HandOver(arn, json, rule));
        }
    }

    private void HandOver(string arn, string json, string rule)
    {
        var parts = arn.Split(':');
        if (parts.Length == 6 && parts[2] == "sqs")
        {
            try
            {
                region.Cloud.Region(parts[4], parts[3]).Sqs.Send(arn, json, sender: SqsSender.EventBridge(_rules.GetValueOrDefault(rule)?.Arn));
            }
            catch (AwsError refused) when (refused.Status == 403)
            {
                _world.Tape.Record("events", "undelivered", arn, $"the rule {rule} may not send to {arn}: {refused.Message}");
            }
        }
        else
        {
            Delivered?.Invoke(arn, json);
        }
    }

    private static AwsError Malformed() => new("MalformedDetail", "Detail is malformed.", 400);
}

/// <param name="Targets">ARNs by target id.</param>
internal sealed record EventRule(string Name, string Arn, EventPattern Pattern, bool Enabled, Dictionary<string, string> Targets);

internal sealed record EventEntry(string Source, string DetailType, string Detail, IReadOnlyList<string> Resources, DateTimeOffset? Time = null);
