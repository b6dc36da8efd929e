namespace DrainerFunction.Rig;

/// <summary>Which hooks are answered, and with which ending.</summary>
public sealed class HookAnswerTests
{
    [Fact]
    public void A_cordon_alone_answers_no_hook_whose_termination_is_to_be_drained_for()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: cordon-answers
            limit: 20m
            function: { environment: { ACTION_REBALANCE_RECOMMENDATION: "cordon" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }
            workloads: [{ name: web, replicas: 2, on: victim, grace: 60s, stops-in: 20s, starts-in: 1s }]
            events: [{ at: 1s, rebalance: victim }, { at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """,
            run => run.Stage.Home.AutoScaling.DescribeLag = TimeSpan.FromSeconds(5));
    }
}
