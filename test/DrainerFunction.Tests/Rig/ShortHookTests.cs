namespace DrainerFunction.Rig;

/// <summary>A hook whose HeartbeatTimeout is under 60 s lives through what is not yet possible, and costs no receive.</summary>
public sealed class ShortHookTests
{
    [Theory]
    [InlineData("30s")]
    [InlineData("45s")]
    [InlineData("60s")]
    public void A_cluster_that_cannot_be_reached_for_a_moment_costs_it_nothing(string heartbeat)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: blip
            limit: 20m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: {{heartbeat}}, default: ABANDON }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 9s, fault: { kind: unavailable, service: kubernetes, operation: get nodes, for: 10s } }, { at: 10s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);
    }

    [Fact]
    public void A_launch_waits_for_its_node_although_it_boots_longer_than_the_hook_waits()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: short-launch
            limit: 20m
            function: { environment: { LAUNCH_TIMEOUT: "120" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [old, other], hooks: [{ name: node-ready, on: launch, heartbeat: 30s, default: ABANDON }, { name: node-drainer, heartbeat: 300s }] }
            workloads: [{ name: web, replicas: 2, on: old, stops-in: 2s }]
            events: [{ at: 1s, replace: old }]
            expect: { nodes: { old: drained, other: untouched }, hooks: { old/node-drainer: continued }, logs: ["is ready: the node is Ready"] }
            """,
            run => run.Stage.Home.Ec2.BootTime = TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void A_drain_of_twenty_minutes_keeps_it_alive()
    {
        using var run = Rehearsal.PlayedWell("""
            name: short-hook
            limit: 60m
            function: { environment: { MAX_DRAIN_DURATION: "7200" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 45s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events: [{ at: 1s, scale-in: victim }, { at: 1205s, scale: { workload: web, replicas: 4 } }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 1205s }
            """);
    }

    [Fact]
    public void Throttled_calls_before_it_is_known_cost_it_nothing()
    {
        using var run = Rehearsal.PlayedWell("""
            name: short-hook-throttled
            limit: 20m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, second, refuge], hooks: [{ name: node-drainer, heartbeat: 45s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: second }, { at: 29s, fault: { kind: throttle, service: eks, for: 20s } }, { at: 29s, fault: { kind: throttle, service: ec2, for: 20s } }, { at: 30s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);
    }
}
