namespace DrainerFunction.Rig;

/// <summary>How often the nodes of a cluster are listed, and what is done with two that name one instance.</summary>
public sealed class NodeListTests
{
    [Fact]
    public void Twenty_machines_without_a_name_cost_few_lists()
    {
        using var run = Rehearsal.PlayedWell("""
            name: nameless-many
            limit: 20m
            clusters: [{ name: shop }]
            instances: [{ name: "victim-{1..20}", goes-in: 40s }, { name: refuge }]
            events: [{ at: 1s, terminate: "victim-{1..20}" }]
            expect: { not-before: 60s }
            """, Count);

        // Two environments, two events an instance, half a minute: one list of all in ten seconds and process at most.
        Assert.InRange(_lists, 2, 16);
    }

    [Fact]
    public void No_list_follows_what_the_function_let_go_itself()
    {
        using var run = Rehearsal.PlayedWell("""
            name: let-go
            limit: 20m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 5m }
            """, Count);

        Assert.Equal(2, _lists);
    }

    [Fact]
    public void Two_nodes_that_name_one_instance_are_told_and_not_touched()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: two-nodes
            limit: 30m
            clusters: [{ name: shop }]
            instances: [{ name: victim, node: worker-7.corp.example }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, stop: victim }]
            expect: { evictions: { web: 0 }, died-without-grace: 2, dead-letters: 2, logs: ["both name instance"] }
            """,
            run => run.Stage.Clusters["shop"].Cluster.AddNode(run.Stage.Instance("victim").Machine with { NodeName = "liar.corp.example" }));

        Assert.NotEqual(true, run.Stage.Clusters["shop"].Cluster.Node("liar.corp.example")!["spec"]!["unschedulable"]?.GetValue<bool>());
    }

    // Cordoned nodes are listed first, so each list of all nodes has one of those before it.
    private int _lists;

    private void Count(InProcessRun run) => run.Stage.Clusters["shop"].Cluster.Api.Answered += answered => _lists += answered is { Verb: "list", Resource: "nodes" } ? 1 : 0;
}
