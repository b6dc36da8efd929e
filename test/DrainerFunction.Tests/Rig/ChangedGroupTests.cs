namespace DrainerFunction.Rig;

/// <summary>Operators change a group, an instance of it or the queue while a node is drained.</summary>
public sealed class ChangedGroupTests
{
    private const string Slow = "[{ name: web, replicas: 2, on: victim, grace: 90s, stops-in: 80s, starts-in: 1s }]";

    [Fact]
    public void A_group_that_is_deleted_by_force_during_a_drain_leaves_no_message_and_no_hook()
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: deleted-group
            limit: 30m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, goes-in: 120s, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 600s }] }]
            workloads: {{Slow}}
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained } }
            """,
            run => run.World.Agenda.After(TimeSpan.FromSeconds(20), () => run.Stage.Home.AutoScaling.DeleteAutoScalingGroup("workers", force: true)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_instance_that_leaves_its_group_while_it_is_drained_for_a_recommendation_is_drained_to_the_end(bool isDetached)
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: left
            limit: 30m
            function: { timeout: 30s }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, spot: true, capacity-rebalance: true, instances: [victim, refuge] }]
            workloads: {{Slow}}
            events: [{ at: 1s, rebalance: victim }]
            expect: { nodes: { victim: drained, refuge: untouched } }
            """,
            run => run.World.Agenda.After(TimeSpan.FromSeconds(3), () =>
            {
                var id = run.Stage.Instance("victim").InstanceId;
                if (isDetached)
                {
                    run.Stage.Home.AutoScaling.DetachInstance("workers", id, decrement: false);
                }
                else
                {
                    run.Stage.Home.AutoScaling.EnterStandby("workers", id, decrement: false);
                }
            }));
    }

    // An hour of hooks is lost with the messages unless something looks for it.
    [Fact]
    public void A_hook_whose_message_is_purged_from_its_queue_during_the_drain_is_answered_by_the_sweep()
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: purged
            limit: 1h
            function: { parameters: { LifecycleHooks: drain } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 1800s }] }]
            workloads: {{Slow}}
            events: [{ at: 1s, scale-in: victim }, { at: 10m, invoke: '{"sweep":{} }' }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued } }
            """,
            run => run.World.Agenda.After(TimeSpan.FromSeconds(20), () => run.Stage.Home.Sqs.PurgeQueue(run.Stage.Queues["NormalQueue"])));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3600)]
    public void A_hook_that_is_put_anew_with_another_timeout_during_the_drain_is_kept_and_answered(int seconds)
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: put-anew
            limit: 1h
            function: { timeout: 60s }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, grace: 600s, stops-in: 500s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued } }
            """,
            run => run.World.Agenda.After(TimeSpan.FromSeconds(20), () => run.Stage.Home.AutoScaling.PutLifecycleHook("workers", new("drain") { HeartbeatTimeout = TimeSpan.FromSeconds(seconds), DefaultResult = "ABANDON" })));
    }

    [Theory]
    [InlineData("web & <prod> \\\"blue\\\" 'ü' 日本 😀")]
    [InlineData("a/b:c=d%41+,;*?")]
    [InlineData(" ")]
    public void A_group_is_called_as_it_is_whatever_stands_in_its_name(string name)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: odd-name
            limit: 30m
            function: { timeout: 30s }
            clusters: [{ name: shop }]
            groups: [{ name: "workers{{name}}", cluster: shop, instances: [victim, refuge], hooks: [{ name: drain/Me-1_, heartbeat: 300s }] }]
            workloads: {{Slow}}
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued } }
            """);
    }
}
