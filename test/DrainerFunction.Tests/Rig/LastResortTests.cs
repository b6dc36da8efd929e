using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>The judge reckons from what really ends a machine: a pod that is deleted past its budget a moment too early is told, and one in its turn is not.</summary>
public sealed class LastResortTests
{
    [Theory]
    [InlineData("scale-in: victim", 60, true)]
    [InlineData("scale-in: victim", 3600 - 40, true)]
    [InlineData("scale-in: victim", 3600 - 34, false)]
    [InlineData("spot: victim", 80, true)]
    [InlineData("spot: victim", 86, false)]
    [InlineData("rebalance: victim", 3600, true)]
    [InlineData("terminate: victim", 1, false)]
    [InlineData("maintenance: { instance: victim, code: instance-stop, in: 2h }", 3600, true)]
    [InlineData("maintenance: { instance: victim, code: instance-stop, in: 2h }", 7200 - 34, false)]
    public void A_budget_that_is_passed_too_early_breaks_a_rule_of_the_world(string happens, double seconds, bool isTold)
    {
        using var run = new InProcessRun(ScenarioFiles.Parse(
            $$"""
            name: watched
            limit: 3h
            function: { environment: { DRY_RUN: "true" } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 7200s }] }]
            workloads: [{ name: web, replicas: 1, on: victim, grace: 30s, stops-in: 5s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events: [{ at: 1s, {{happens}} }]
            expect: { not-before: {{seconds + 10}}s }
            """,
            "inline"));
        var cluster = run.Stage.Clusters["shop"].Cluster;
        run.World.Agenda.After(TimeSpan.FromSeconds(1 + seconds), () =>
        {
            var pod = cluster.PodsOn(run.Stage.Instance("victim").NodeName).First(Judge.IsEvictable);
            cluster.Api.Handle(ApiRequest.To("DELETE", $"/api/v1/namespaces/default/pods/{pod["metadata"]!["name"]}", new("drainer", ["node-drainer", "system:authenticated"])));
        });

        run.PlayToEnd();

        Assert.Equal(isTold, run.World.Invariants.Violations.Any(one => one.Rule == Objections.BudgetBypassed));
    }

    // Ten minutes are the operator's bound: two minutes before them its containers are given up, and the world knows that bound.
    [Fact]
    public void A_hook_is_answered_in_its_last_resort_although_a_kubelet_hangs()
    {
        using var run = new InProcessRun(ScenarioFiles.Parse(
            """
            name: hangs
            function: { environment: { MAX_DRAIN_DURATION: "600" } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            events: [{ at: 0s, kubelet: { instance: victim, does: hangs } }, { at: 1s, scale-in: victim }]
            expect: { nodes: { refuge: untouched }, hooks: { victim: continued }, died-without-grace: 2 }
            """,
            "inline"));

        Assert.True(run.PlayToEnd().IsGood);
        Assert.Contains("the node is drained except for 2 stuck pods", run.Log, StringComparison.Ordinal);
    }
}
