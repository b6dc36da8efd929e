using System.Text.Json.Nodes;
using DrainerFunction.Cordoning;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>An annotation that another writer takes away or overwrites: what is the function's all the same goes once nothing threatens the machine, and the rest is told.</summary>
public sealed class BrokenSealTests
{
    private const string Recommended = """
        name: broken-seal
        limit: 1h
        clusters: [{ name: shop, admission: false }]
        instances: [{ name: victim, spot: true }, { name: refuge }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
        budgets: [{ name: web, of: web, min-available: "2" }]
        function: { environment: { ACTION_REBALANCE_RECOMMENDATION: drain, MAX_DRAIN_DURATION: "240", UNCORDON_AFTER: "300", TAINT_NODE: "true" } }
        """;

    // The drain ends after four minutes; nothing writes to the node any more.
    [Theory]
    [InlineData(null)]
    [InlineData("x")]
    [InlineData("{}")]
    public void A_seal_without_its_annotation_is_removed_with_its_taints_and_the_cordon_that_stays_is_told(string? text)
    {
        using var run = Rehearsal.PlayedWell(
            $$$"""
            {{{Recommended}}}
            events: [{ at: 1s, rebalance: victim }, { at: 20m, invoke: '{"sweep":{}}' }, { at: 30m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: cordoned, refuge: untouched }, not-before: 31m }
            """,
            run => Overwrite(run, text, TimeSpan.FromMinutes(10)));

        Assert.DoesNotContain(Tolerations.Taints(Node(run)), taint => taint.Text("key") != "node.kubernetes.io/unschedulable");
        Assert.Single(run.Log.Split('\n'), line => line.Contains("seal and taints are removed", StringComparison.Ordinal));
        Assert.Single(run.Log.Split('\n'), line => line.Contains("if nothing else did, run kubectl uncordon", StringComparison.Ordinal));
    }

    [Fact]
    public void An_annotation_that_is_overwritten_during_the_drain_is_written_again_and_its_cordon_is_lifted_in_the_end()
    {
        using var run = Rehearsal.PlayedWell(
            $$$"""
            {{{Recommended}}}
            events: [{ at: 1s, rebalance: victim }, { at: 20m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: lifted, refuge: untouched } }
            """,
            run => Overwrite(run, "x", TimeSpan.FromMinutes(1)));
    }

    // Whoever cordoned it before may have had a reason.
    [Fact]
    public void Nor_does_an_overwritten_annotation_turn_the_cordon_of_another_into_the_functions()
    {
        using var run = Rehearsal.PlayedWell(
            $$$"""
            {{{Recommended}}}
            events: [{ at: 1s, rebalance: victim }, { at: 20m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: cordoned, refuge: untouched }, not-before: 21m }
            """,
            run =>
            {
                run.World.Agenda.After(TimeSpan.FromSeconds(0.5), () => Patch(run, """{"spec":{"unschedulable":true}}"""));
                Overwrite(run, "x", TimeSpan.FromMinutes(1));
            });

        Assert.Contains("undone", run.Log, StringComparison.Ordinal);
    }

    // Nothing is taken from a machine that EC2 takes, or may take.
    [Fact]
    public void While_a_change_is_scheduled_the_seal_stays()
    {
        using var run = Rehearsal.PlayedWell(
            $$$"""
            {{{Recommended}}}
            events: [{ at: 1s, rebalance: victim }, { at: 12m, maintenance: { instance: victim, in: 5h, silent: true } }, { at: 20m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: cordoned, refuge: untouched }, not-before: 21m }
            """,
            run => Overwrite(run, "x", TimeSpan.FromMinutes(10)));

        Assert.Contains(Tolerations.Taints(Node(run)), taint => taint.Text("key") == "node-drainer/seal");
    }

    private static void Overwrite(InProcessRun run, string? text, TimeSpan after) =>
        run.World.Agenda.After(after, () => Patch(run, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [InterruptionAnnotation.Annotation] = text } } }.ToJsonString()));

    private static void Patch(InProcessRun run, string patch)
    {
        var answer = run.Stage.Clusters["shop"].Cluster.Api.Handle(ApiRequest.To(
            "PATCH", $"/api/v1/nodes/{run.Stage.Instance("victim").NodeName}", ApiUser.Admin, JsonNode.Parse(patch), "application/merge-patch+json"));
        Assert.True(answer.IsSuccess);
    }

    private static JsonObject Node(InProcessRun run) => run.Stage.Clusters["shop"].Cluster.Node(run.Stage.Instance("victim").NodeName)!;
}
