using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>A scenario out of options instead of a file: so many nodes, so many pods, one event of the user's.</summary>
internal static partial class CustomScenario
{
    /// <param name="body">What happens; null: every node's spot instance is reclaimed at once.</param>
    public static Scenario Of(int nodes, int pods, string? body)
    {
        var names = Enumerable.Range(1, nodes).Select(number => string.Create(CultureInfo.InvariantCulture, $"node-{number}")).ToList();
        var named = body is null ? [] : InstanceId().Matches(body).Select(match => match.Value).Distinct().ToList();
        return new()
        {
            Name = "custom",
            Description = $"{nodes} nodes with {pods} pods each; {(body is null ? "all are reclaimed at once" : "one message")}",
            Speed = 1,
            Clusters = [new() { Name = "custom" }],
            Instances =
            [
                .. names.Select((name, index) => new InstancePart { Name = name, Spot = true, Id = named.ElementAtOrDefault(index) }),
                new() { Name = "refuge" },
            ],
            Workloads = [.. names.Select(name => new WorkloadPart { Name = $"web-{name}", Replicas = pods, On = name, StopsIn = TimeSpan.FromSeconds(2) })],
            Function = body is null ? new() : new() { Parameters = { ["VerifyInterruptions"] = "false" } },
            Events = body is null
                ? [.. names.Select(name => new EventPart { At = TimeSpan.FromSeconds(1), Spot = name })]
                : [new() { At = TimeSpan.FromSeconds(1), Message = new() { Body = body } }],
            Expect = body is null ? new() { Nodes = names.ToDictionary(name => name, _ => "drained") } : new() { NotBefore = TimeSpan.FromSeconds(5) },
        };
    }

    /// <exception cref="FormatException">It is none; the message shows how to write one.</exception>
    public static FaultPart Fault(string text)
    {
        var match = FaultShape().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is no fault; write KIND[:SERVICE[:OPERATION]][*TIMES], for example throttle:ec2*3");
        }

        return new()
        {
            Kind = match.Groups["kind"].Value,
            Service = match.Groups["service"] is { Success: true, Value: var service } ? service : null,
            Operation = match.Groups["operation"] is { Success: true, Value: var operation } ? operation : null,
            Times = match.Groups["times"] is { Success: true, Value: var times } ? int.Parse(times, CultureInfo.InvariantCulture) : null,
        };
    }

    [GeneratedRegex("i-[0-9a-f]{8,17}")]
    private static partial Regex InstanceId();

    [GeneratedRegex(@"^(?<kind>[a-z-]+)(:(?<service>[a-z0-9]+)(:(?<operation>[^*]+))?)?(\*(?<times>[1-9][0-9]{0,6}))?$")]
    private static partial Regex FaultShape();
}
