
namespace DrainerFunction.Rig;

/// <summary>What `auto` makes of a rebalance recommendation, in every kind of group and under every switch.</summary>
public sealed class RebalanceTests
{
    private const string Hook = "hooks: [{ name: drain, heartbeat: 300s }]";
    private const string OthersHook = "hooks: [{ name: Terminate-LC-Hook, heartbeat: 300s }]";
    private const string LaunchHook = "hooks: [{ name: drain, on: launch, heartbeat: 300s }]";
    private const string Nobody = "does not replace instances on a rebalance recommendation";

    [Theory]

    // The group replaces it, and its hook drains later.
    [InlineData("capacity-rebalance: true, " + Hook, "", "cordoned", "cordon is the configured action")]

    // The group replaces it, and nobody would drain later: no hook, somebody else's, or one for launches.
    [InlineData("capacity-rebalance: true", "", "drained", "the node is drained")]
    [InlineData("capacity-rebalance: true, " + OthersHook, "", "drained", "the node is drained")]
    [InlineData("capacity-rebalance: true, " + LaunchHook, "", "drained", "the node is drained")]

    // Nobody replaces it.
    [InlineData(Hook, "", "untouched", Nobody)]
    [InlineData("spot: true", "", "untouched", Nobody)]

    // The switches.
    [InlineData("capacity-rebalance: true", "CORDON_ONLY: \"true\"", "cordoned", "cordon is the configured action")]
    [InlineData("capacity-rebalance: true, " + Hook, "CORDON_ONLY: \"true\"", "cordoned", "cordon is the configured action")]
    [InlineData(Hook, "CORDON_ONLY: \"true\"", "untouched", Nobody)]
    [InlineData("capacity-rebalance: true", "DRY_RUN: \"true\"", "untouched", "dry run: nothing was written")]
    [InlineData("capacity-rebalance: true, " + Hook, "DRY_RUN: \"true\"", "untouched", "dry run: the node would be cordoned")]
    [InlineData(Hook, "DRY_RUN: \"true\"", "untouched", Nobody)]
    [InlineData("capacity-rebalance: true", "DRY_RUN: \"true\", CORDON_ONLY: \"true\"", "untouched", "dry run: the node would be cordoned")]

    // A setting of its own outranks the group.
    [InlineData("capacity-rebalance: true", "ACTION_REBALANCE_RECOMMENDATION: ignore", "untouched", "the action for RebalanceRecommendation is set to ignore")]
    [InlineData(Hook, "ACTION_REBALANCE_RECOMMENDATION: drain", "drained", "the node is drained")]
    [InlineData(Hook, "ACTION_REBALANCE_RECOMMENDATION: cordon", "cordoned", "cordon is the configured action")]
    [InlineData(Hook, "ACTION_REBALANCE_RECOMMENDATION: drain, CORDON_ONLY: \"true\"", "cordoned", "cordon is the configured action")]
    public void It_touches_a_node_only_where_somebody_replaces_it(string group, string settings, string end, string why) =>
        Play($"groups: [{{ name: workers, cluster: shop, {(group.Contains("spot:", StringComparison.Ordinal) ? "" : "spot: true, ")}instances: [victim, refuge], {group} }}]", settings, end, why);

    [Fact]
    public void An_instance_of_no_group_is_left_alone() => Play("instances: [{ name: victim, spot: true }, { name: refuge }]", "", "untouched", Nobody);

    // The recommendation cordons, the hook drains: one node, one story each, and the cordon is one.
    [Fact]
    public void What_it_cordoned_is_drained_by_the_hook_when_the_group_replaces_it()
    {
        using var run = Played(
            $$"""
            groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], capacity-rebalance: true, {{Hook}} }]
            events: [{ at: 1s, rebalance: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, evictions: { web: 2 } }
            """,
            "");

        Assert.Equal(["cordoned", "hook-started", "evicted", "evicted", "hook-completed"], run.World.Tape.Happenings.Select(one => one.What).Where(what => what is "cordoned" or "evicted" or "hook-started" or "hook-completed"));
    }

    // Before the group has a replacement and terminates it, if it does.
    private static void Play(string instances, string settings, string end, string why)
    {
        using var run = Played($"{instances}\nevents: [{{ at: 1s, rebalance: victim }}]\nexpect: {{ nodes: {{ victim: {end}, refuge: untouched }}, logs: [\"{why}\"], not-before: 5s }}", settings);
    }

    private static InProcessRun Played(string story, string settings) => Rehearsal.PlayedWell(
        $$"""
        name: rebalance
        limit: 10m
        clusters: [{ name: shop }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        function: { environment: { {{settings}} } }
        {{story}}
        """);
}
