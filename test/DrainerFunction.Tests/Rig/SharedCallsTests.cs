namespace DrainerFunction.Rig;

/// <summary>All calls to Auto Scaling of an account and region draw from one bucket: what a drain does not need it does not ask, and what is refused costs no hook.</summary>
public sealed class SharedCallsTests
{
    [Fact]
    public void A_drain_over_many_invocations_asks_no_more_than_twice_how_its_instance_and_its_hook_wait()
    {
        using var run = Rehearsal.PlayedWell(Story("240s", "{ at: 1s, scale-in: victim }"));

        Assert.InRange(run.AwsCalls.Count(call => call is "autoscaling:RecordLifecycleActionHeartbeat"), 3, 8);
        Assert.InRange(run.AwsCalls.Count(call => call is "autoscaling:DescribeAutoScalingInstances"), 1, 2);
        Assert.InRange(run.AwsCalls.Count(call => call is "autoscaling:DescribeLifecycleHooks"), 1, 2);
    }

    // The group cannot be asked for three minutes; EC2's tags say whose the instance is, and its hook waits for a minute.
    [Fact]
    public void A_hook_is_kept_waiting_while_its_group_cannot_be_asked_whether_the_instance_waits()
    {
        using var run = Rehearsal.PlayedWell(Story(
            "60s", "{ at: 0s, fault: { kind: throttle, service: autoscaling, operation: DescribeAutoScalingInstances, for: 180s } }, { at: 1s, scale-in: victim }"));

        Assert.Equal("call", Assert.Single(run.Stage.Home.AutoScaling.Actions).EndedBy);
    }

    private static string Story(string heartbeat, string events) => $$"""
        name: shared-calls
        limit: 40m
        function: { timeout: 60s }
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: {{heartbeat}} }] }]
        workloads: [{ name: web, replicas: 2, on: victim, grace: 11m, stops-in: 10m }]
        events: [{{events}}]
        expect: { nodes: { victim: drained }, hooks: { victim: continued } }
        """;
}
