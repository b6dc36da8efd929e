using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>What docs/metrics.md says of <c>Interruptions</c>, over every scenario: one an instance, however many messages and invocations there were.</summary>
public sealed class CountedOnceTests
{
    /// <summary>By scenario: why an instance of it has more than one. Two is the most, three where nothing of an earlier story can be read.</summary>
    private static readonly Dictionary<string, string> More = new()
    {
        ["warm-pool"] = "the instance goes into the pool and is launched from it later: a termination and a launch",
        ["root-volume"] = "the same of an instance that is rebooted from a new root volume",
        ["rebalance"] = "a recommendation that only cordons has ended with the cordon; the hook's drain comes later",
        ["duplicates"] = "a recommendation that is ignored has ended; the Spot warning comes later",
        ["health"] = "a drain for maintenance has ended, and ends once more when the maintenance is called off",
        ["unreachable"] = "the cluster cannot be read, so nothing tells a state change that its machine's hook was missed already; each must be able to set off the alarm",
        ["many-clusters"] = "the same, for one of the clusters",
    };

    public static TheoryData<string> Playable => ScenarioTests.Playable;

    [Theory]
    [MemberData(nameof(Playable))]
    public void Each_interrupted_instance_is_counted_once_and_measured_once(string name)
    {
        using var run = new InProcessRun(ScenarioFiles.Load(name));
        run.PlayToEnd();

        var instances = run.Interruptions().GroupBy(line => line["instanceId"]!.ToString()).ToList();
        var most = instances.Select(instance => instance.Count(line => line["Interruptions"] is not null)).DefaultIfEmpty(0).Max();
        if (More.ContainsKey(name))
        {
            Assert.InRange(most, 2, 3);
            return;
        }

        Assert.InRange(most, 0, 1);
        Assert.All(instances, instance => Assert.InRange(instance.Count(line => line["DrainTime"] is not null), 0, 1));
        Assert.All(instances.Where(instance => instance.Any(WasDrained)), instance => Assert.Single(instance, line => line["Interruptions"] is not null));
    }

    [Fact]
    public void A_scale_in_is_one_interruption_and_what_EC2_tells_afterwards_is_part_of_it()
    {
        using var run = new InProcessRun(ScenarioFiles.Load("scale-in"));
        run.PlayToEnd();

        var lines = run.Interruptions();
        Assert.Equal(("Drained", "INFO"), (lines[0]["Outcome"]!.ToString(), lines[0]["level"]!.ToString()));
        Assert.NotEmpty(lines.Skip(1));
        Assert.All(lines.Skip(1), line => Assert.Equal(("AlreadyHandled", "DEBUG", 1), (line["Outcome"]!.ToString(), line["level"]!.ToString(), (int)line["AlreadyHandled"]!)));
    }

    private static bool WasDrained(JsonNode line) => line["Outcome"]!.ToString() is "Drained" or "DeadlineMissed" && line["level"]!.ToString() is not "DEBUG";
}
