using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>One slow or broken cluster never delays another: the scenario, with a clock that no machine can disturb.</summary>
public sealed class ManyClustersTests
{
    [Theory]
    [InlineData("unreachable")]
    [InlineData("right")]
    public void The_others_are_cordoned_as_soon_as_without_it(string endpoint)
    {
        var scenario = ScenarioFiles.Load("many-clusters");
        scenario.Clusters.Single(cluster => cluster.Name == "lost").Endpoint = endpoint;
        scenario.Expect.Logs.Clear();
        scenario.Mapping.BatchingWindow = TimeSpan.Zero;
        (scenario.Expect.CordonedWithin["shop-victim"], scenario.Expect.CordonedWithin["bank-victim"]) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
        using var run = new InProcessRun(scenario);

        var end = run.PlayToEnd();

        Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.Log}");
    }

    // Tags of the old form may name several: a cluster without the node proves nothing about the other.
    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    public void An_instance_whose_tags_name_two_clusters_is_drained_in_the_one_that_has_its_node(string names)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: two-names
            limit: 20m
            function: { parameters: { ClusterNames: "{{names}}" } }
            clusters: [{ name: shop }, { name: annex }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], tags: { kubernetes.io/cluster/annex: shared, kubernetes.io/cluster/shop: owned }, hooks: [{ name: drain, heartbeat: 300s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, evictions: { web: 2 } }
            """);
    }
}
