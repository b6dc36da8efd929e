using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>What the sweep takes off before the stack is removed, and what it leaves.</summary>
public sealed class ReleaseTests
{
    [Fact]
    public void Before_the_stack_goes_an_instance_that_was_put_on_standby_gets_its_node_back_as_it_was()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: standby
            limit: 1h
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            function: { environment: { ACTION_REBALANCE_RECOMMENDATION: drain } }
            events: [{ at: 1s, rebalance: victim }, { at: 3m, invoke: '{"sweep":{"release":true}}' }]
            expect: { nodes: { victim: lifted, refuge: untouched } }
            """,
            run => run.World.Agenda.After(TimeSpan.FromMinutes(2), () => run.Stage.Home.AutoScaling.EnterStandby("workers", run.Stage.Instance("victim").InstanceId, decrement: true)));
    }

    // Another's cordon is there before; a message that nobody wrote is on a third node.
    [Fact]
    public void Before_the_stack_goes_every_mark_of_the_function_is_taken_off_and_no_other()
    {
        var yaml = SweepTests.Recommended.Replace("rebalance: victim }]", "rebalance: victim }, { at: 3m, invoke: '{\"sweep\":{\"release\":true}}' }]", StringComparison.Ordinal)
            .Replace("environment: {", "environment: { TAINT_NODE: \"true\", EXCLUDE_FROM_LOAD_BALANCERS: \"true\",", StringComparison.Ordinal)
            .Replace("{ name: shop }", "{ name: shop, admission: false }", StringComparison.Ordinal)
            .Replace("{ name: refuge }]", "{ name: refuge }, { name: third }]", StringComparison.Ordinal);
        using var run = Rehearsal.PlayedWell($"{yaml}\nexpect: {{ nodes: {{ victim: lifted, refuge: untouched, third: untouched }} }}", run => run.World.Agenda.After(TimeSpan.FromSeconds(30), () =>
            run.Stage.Clusters["shop"].Cluster.Api.Handle(ApiRequest.To(
                "PATCH",
                $"/api/v1/nodes/{run.Stage.Instance("third").NodeName}",
                ApiUser.Admin,
                JsonNode.Parse("{\"metadata\":{\"annotations\":{\"node-drainer/interruption\":\"x\"}}}"),
                "application/merge-patch+json"))));

        var answer = run.World.Tape.Happenings.Single(one => one is { Area: "lambda", What: "answered" }).Text;
        Assert.Contains("undone", answer, StringComparison.Ordinal);
        Assert.Contains("keeps an annotation that the function did not write", answer, StringComparison.Ordinal);
        var node = run.Stage.Clusters["shop"].Cluster.Node(run.Stage.Instance("victim").NodeName)!;
        Assert.Empty(Tolerations.Taints(node));
        Assert.DoesNotContain("exclude-from-external-load-balancers", node.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_stack_goes_a_node_whose_group_is_a_dry_run_keeps_its_marks_and_the_answer_says_what_would_be_undone()
    {
        var yaml = SweepTests.Recommended.Replace("rebalance: victim }]", "rebalance: victim }, { at: 2m, tag: { instance: victim, key: node-drainer/DRY_RUN, value: \"true\" } }, { at: 3m, invoke: '{\"sweep\":{\"release\":true}}' }]", StringComparison.Ordinal);
        using var run = Rehearsal.PlayedWell($"{yaml}\nexpect: {{ nodes: {{ victim: drained, refuge: untouched }} }}");

        var answer = run.World.Tape.Happenings.Single(one => one is { Area: "lambda", What: "answered" }).Text;
        Assert.Contains("would be undone: the function is being removed", answer, StringComparison.Ordinal);
    }
}
