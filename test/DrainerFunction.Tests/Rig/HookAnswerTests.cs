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

    [Fact]
    public void An_answer_that_the_role_may_not_give_is_given_up_when_the_hook_is_over()
    {
        using var run = Rehearsal.PlayedWell("""
            name: denied-answer
            limit: 4h
            function: { environment: { MAX_DRAIN_DURATION: "300" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 60s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 20s, starts-in: 1s }]
            events: [{ at: 10s, scale-in: victim }, { at: 15s, fault: { kind: denied, service: autoscaling, operation: CompleteLifecycleAction } }]
            expect: { nodes: { victim: drained }, hooks: { victim: timed-out }, logs: ["could not be completed and has timed out"] }
            """);
    }

    [Fact]
    public void A_hook_of_another_cluster_is_not_even_kept_waiting()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: foreign
            limit: 10m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [one, two, three], tags: { eks:cluster-name: bank }, hooks: [{ name: node-drainer, heartbeat: 1200s }] }
            workloads: [{ name: web, replicas: 2, on: one, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: one }]
            expect: { nodes: { one: untouched }, not-before: 2m }
            """,
            run => run.Stage.Home.AutoScaling.DescribeLag = TimeSpan.FromSeconds(60));

        Assert.Equal(0, Assert.Single(run.Stage.Home.AutoScaling.Actions).Heartbeats);
    }
}
