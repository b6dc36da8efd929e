using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>A scenario out of options instead of a file: so many nodes, so many pods, one event of the user's.</summary>
internal static partial class CustomScenario
{
    /// <param name="nodes">Null: as many as the messages name instances, at least one.</param>
    /// <param name="messages">What happens; null: every node's spot instance is reclaimed at once.</param>
    public static Scenario Of(int? nodes, int pods, IReadOnlyList<MessagePart>? messages)
    {
        var named = (messages ?? []).SelectMany(message => InstanceId().Matches(message.Body!)).Select(match => match.Value).Distinct().ToList();
        var number = nodes ?? Math.Max(1, named.Count);
        var group = messages is null ? null : Group(string.Concat(messages.Select(message => message.Body)));
        var names = Enumerable.Range(1, number).Select(each => string.Create(CultureInfo.InvariantCulture, $"node-{each}")).ToList();
        return new()
        {
            Name = "custom",
            Description = $"{Count(number, "node")} with {Count(pods, "pod")} each; {(messages is null ? "all are reclaimed at once" : Count(messages.Count, "message"))}",
            Speed = 1,
            Clusters = [new() { Name = "custom" }],
            Groups = group is null ? [] : [group with { Instances = names, Ids = named }],
            Instances =
            [
                .. group is null ? names.Select((name, index) => new InstancePart { Name = name, Spot = true, Id = named.ElementAtOrDefault(index) }) : [],
                new() { Name = "refuge" },
            ],
            Workloads = [.. names.Select(name => new WorkloadPart { Name = $"web-{name}", Replicas = pods, On = name, StopsIn = TimeSpan.FromSeconds(2) })],
            Function = messages is null ? new() : new() { Parameters = { ["VerifyInterruptions"] = "false" } },
            Events = messages is null
                ? [.. names.Select(name => new EventPart { At = TimeSpan.FromSeconds(1), Spot = name })]
                : [.. messages.Select(message => new EventPart { At = TimeSpan.FromSeconds(1), Message = message })],
            Expect = messages is null ? new() { Nodes = names.ToDictionary(name => name, _ => "drained") } : new() { NotBefore = TimeSpan.FromSeconds(5) },
        };
    }

    /// <summary>
    /// A file for <c>--event</c>: one body, or records as Lambda hands them to the function, as those in events/; of
    /// these only the bodies go into the queues that they come from.
    /// </summary>
    /// <param name="now">When they happen: what lies in a file has long passed its deadline.</param>
    public static IReadOnlyList<MessagePart> Messages(string text, DateTimeOffset now) =>
        [.. Messages(text).Select(message => message with { Body = MovedTimes.To(now, message.Body!) })];

    private static IReadOnlyList<MessagePart> Messages(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject whole && whole["Records"] is JsonArray records && records.All(record => record?["body"] is JsonValue)
                ? [.. records.Select(record => new MessagePart { Queue = Queue(record!["eventSourceARN"]?.ToString()), Body = record["body"]!.ToString() })]
                : [new() { Body = text }];
        }
        catch (JsonException)
        {
            // What is not JSON is a message all the same: the function has to cope with it.
            return [new() { Body = text }];
        }
    }

    /// <exception cref="FormatException">It is none; the message shows how to write one.</exception>
    public static FaultPart Fault(string text)
    {
        var match = FaultShape().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is no fault; write KIND[:SERVICE[:OPERATION]][*TIMES], for example throttle:ec2*3");
        }

        var fault = new FaultPart
        {
            Kind = match.Groups["kind"].Value,
            Service = match.Groups["service"] is { Success: true, Value: var service } ? service : null,
            Operation = match.Groups["operation"] is { Success: true, Value: var operation } ? operation : null,
            Times = match.Groups["times"] is { Success: true, Value: var times } ? int.Parse(times, CultureInfo.InvariantCulture) : null,
        };
        return EventRules.Fault(fault, $"'{text}'") is { } wrong ? throw new FormatException(wrong) : fault;
    }

    /// <summary>The group and the hooks that the messages name: without them Auto Scaling would know nothing of either.</summary>
    private static GroupPart? Group(string bodies) => GroupName().Match(bodies) is not { Success: true } name ? null : new()
    {
        Name = name.Groups[1].Value,
        Spot = true,
        Hooks =
        [
            .. HookName().Matches(bodies).Select(hook => hook.Groups[1].Value).Distinct()
                .Select(hook => new HookPart { Name = hook, On = bodies.Contains("EC2_INSTANCE_LAUNCHING", StringComparison.Ordinal) ? "launch" : "terminate" }),
        ],
    };

    private static string Queue(string? arn) => arn?.EndsWith("-urgent", StringComparison.Ordinal) == true ? "UrgentQueue" : "NormalQueue";

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    // The bodies may be JSON in JSON: quotes come with backslashes.
    [GeneratedRegex("""AutoScalingGroupName\\*":\s*\\*"([^"\\]+)""")]
    private static partial Regex GroupName();

    [GeneratedRegex("""LifecycleHookName\\*":\s*\\*"([^"\\]+)""")]
    private static partial Regex HookName();

    [GeneratedRegex("i-[0-9a-f]{8,17}")]
    private static partial Regex InstanceId();

    [GeneratedRegex(@"^(?<kind>[a-z-]+)(:(?<service>[a-z0-9]+)(:(?<operation>[^*]+))?)?(\*(?<times>[1-9][0-9]{0,6}))?$")]
    private static partial Regex FaultShape();
}
