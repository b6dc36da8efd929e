using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary><c>busy-{1..50}</c> stands for fifty instances, wherever a scenario names one.</summary>
internal static partial class NameRanges
{
    public static IEnumerable<string> Names(string name)
    {
        var range = Range().Match(name);
        if (!range.Success)
        {
            return [name];
        }

        var (first, last) = (Number(range.Groups[1]), Number(range.Groups[2]));
        return Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(number => name.Replace(range.Value, number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    public static void Expand(Scenario scenario)
    {
        foreach (var group in scenario.Groups)
        {
            group.Instances = [.. group.Instances.SelectMany(Names)];
        }

        scenario.Instances = [.. scenario.Instances.SelectMany(one => Names(one.Name).Select(name => one with { Name = name }))];
        scenario.Events = [.. scenario.Events.SelectMany(Each)];
        scenario.Expect.Nodes = Each(scenario.Expect.Nodes);
        scenario.Expect.Hooks = Each(scenario.Expect.Hooks);
        scenario.Expect.CordonedWithin = Each(scenario.Expect.CordonedWithin);
    }

    private static IEnumerable<EventPart> Each(EventPart one) => one switch
    {
        { Spot: { } names } => Names(names).Select(name => one with { Spot = name }),
        { Rebalance: { } names } => Names(names).Select(name => one with { Rebalance = name }),
        { CapacityReclaim: { } names } => Names(names).Select(name => one with { CapacityReclaim = name }),
        { ScaleIn: { } names } => Names(names).Select(name => one with { ScaleIn = name }),
        { Replace: { } names } => Names(names).Select(name => one with { Replace = name }),
        { Terminate: { } names } => Names(names).Select(name => one with { Terminate = name }),
        { Stop: { } names } => Names(names).Select(name => one with { Stop = name }),
        _ => [one],
    };

    private static Dictionary<string, T> Each<T>(Dictionary<string, T> byName) =>
        byName.SelectMany(pair => Names(pair.Key).Select(name => (name, pair.Value))).ToDictionary();

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(\d{1,4})\.\.(\d{1,4})\}")]
    private static partial Regex Range();
}
