namespace DrainerFunction.Rig;

/// <summary>An instance that is interrupted while it boots: its node is on its way, takes pods as it joins, and dies with them.</summary>
public sealed class YoungInstanceTests
{
    // Only CLUSTER_NAME places it: no answer of a cluster proves that it will never join.
    [Theory]
    [InlineData("300s", null)]
    [InlineData("60s", null)]
    [InlineData("45s", null)]
    [InlineData("300s", "worker-7.corp.example")]
    public void Its_termination_waits_for_the_node_and_cordons_it_as_it_joins(string heartbeat, string? node)
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: young
            limit: 20m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, joins-in: {{(node is null ? "90s" : "2h")}}, instances: [victim], hooks: [{ name: node-drainer, heartbeat: {{heartbeat}} }] }]
            instances: [{ name: refuge }]
            workloads: [{ name: web, replicas: 2, on: refuge, stops-in: 2s, starts-in: 1s }]
            events:
              - { at: 0s, tag: { instance: victim, key: kubernetes.io/cluster/shop } }
              - { at: 10s, scale-in: victim }
              - { at: 90500ms, {{(node is null ? "pod: { name: bound, on: victim, stops-in: 2s }" : "tag: { instance: refuge, key: any, value: any }")}} }
            expect: { hooks: { victim: continued }, not-before: 100s{{(node is null ? ", evictions: { bound: 1 }, nodes: { victim: drained }" : "")}} }
            """,
            run =>
            {
                if (node is not null)
                {
                    run.World.Agenda.After(TimeSpan.FromSeconds(90), () => run.Stage.Clusters["shop"].Cluster.AddNode(run.Stage.Instance("victim").Machine with { NodeName = node }));
                }
            });

        Assert.DoesNotContain("left to their own timeout", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_has_not_joined_in_its_boot_is_given_up_and_its_hook_ends_by_itself()
    {
        using var run = Rehearsal.PlayedWell("""
            name: stillborn
            limit: 30m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, joins-in: 2h, instances: [victim], hooks: [{ name: node-drainer, heartbeat: 60s }] }]
            instances: [{ name: refuge }]
            events: [{ at: 0s, tag: { instance: victim, key: kubernetes.io/cluster/shop } }, { at: 10s, scale-in: victim }]
            expect: { nodes: { refuge: untouched }, hooks: { victim: timed-out }, not-before: 6m }
            """);

        Assert.InRange(run.World.Tape.Happenings.Single(happening => happening is { Area: "autoscaling", What: "hook-completed" }).At, Start.AddMinutes(5), Start.AddMinutes(7));
    }

    private static DateTimeOffset Start => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
}
