namespace DrainerFunction.Rig;

/// <summary>Messages of one instance that are at work at the same time: the one that knows when the machine goes drains it, and has the hooks of the others.</summary>
public sealed class ChainsOfOneInstanceTests
{
    private const string Ends = "capacity-block-ends: cr-0a1b2c3d4e5f60718";

    // Ten minutes of notice, and a disruption budget that holds the pod until the last resort. The hook needs a heartbeat every 150 s, whoever has it.
    [Theory]
    [InlineData("scale-in: victim", Ends)]
    [InlineData(Ends, "scale-in: victim")]
    public void A_hooks_chain_leaves_its_hook_to_the_chain_of_a_machine_that_goes_whichever_is_older(string first, string then)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: two-chains
            limit: 50m
            clusters: [{ name: shop }]
            groups:
              - { name: trainers, cluster: shop, capacity-block: cr-0a1b2c3d4e5f60718, instances: [victim], hooks: [{ name: drain, heartbeat: 300s }] }
              - { name: workers, cluster: shop, instances: [refuge] }
            workloads: [{ name: web, replicas: 1, on: victim, grace: 30s, stops-in: 5s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events: [{ at: 1s, {{first}} }, { at: 20s, {{then}} }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, budgets-bypassed: 1 }
            """);

        Assert.Equal(["Termination: Superseded"], Endings(run).Where(one => one.Contains("Superseded", StringComparison.Ordinal)));
        Assert.Single(Endings(run), one => one.StartsWith("Termination", StringComparison.Ordinal));
        Assert.InRange(run.AwsCalls.Count(call => call == "autoscaling:RecordLifecycleActionHeartbeat"), 3, 5);
    }

    // Somebody forges a Spot warning while the group waits for a drain: its chain has the hook until EC2 says that it takes nothing.
    [Theory]
    [InlineData(20)]
    [InlineData(1)]
    public void A_hook_that_was_left_to_a_drain_which_is_refuted_is_drained_for_all_the_same(int forgedAt)
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: given-back
            limit: 50m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 120s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events:
              - { at: {{{21 - forgedAt}}}s, scale-in: victim }
              - at: {{{forgedAt}}}s
                message: { queue: UrgentQueue, is-order: true, body: '{"version":"0","id":"12345678-1234-1234-1234-123456789012","detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2","account":"{account}","time":"{now}","region":"{region}","resources":[],"detail":{"instance-id":"{instance:victim}","instance-action":"terminate"}}' }
              - { at: 15m, scale: { workload: web, replicas: 4 } }
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);

        Assert.Contains("SpotReclaim: Refuted", Endings(run));
        Assert.Equal(forgedAt == 20, run.Log.Contains("was left to a drain of", StringComparison.Ordinal));
    }

    // The hook would hold the pod for an hour.
    [Fact]
    public void A_forced_drain_by_hand_keeps_its_deadline_beside_the_drain_of_a_hook()
    {
        using var run = Rehearsal.PlayedWell("""
            name: by-hand
            limit: 50m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 1, on: victim, stops-in: 2s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events:
              - { at: 1s, invoke: '{"drain":{"instance":"{instance:victim}","force":true,"deadline":"2026-11-22T12:10:00Z"}}' }
              - { at: 20s, scale-in: victim }
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, within: 10m, budgets-bypassed: 1 }
            """);
    }

    // A warning that comes two hours late, of a machine that EC2 has not taken yet and may take any moment: its pods get their time all the same.
    [Fact]
    public void A_late_warning_of_a_machine_that_runs_on_is_a_drain_and_no_missed_deadline()
    {
        using var run = Rehearsal.PlayedWell("""
            name: two-hours-late
            limit: 4h
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, grace: 60s, stops-in: 40s }]
            events: [{ at: 1s, spot: victim, late: 2h, ends-late: 2h }]
            expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 2 }, not-before: 121m }
            """);

        Assert.Equal("SpotReclaim: Drained", Endings(run)[0]);
    }

    // A cordon alone ends no machine and answers no hook.
    [Fact]
    public void A_hook_is_not_left_to_a_warning_that_only_cordons()
    {
        using var run = Rehearsal.PlayedWell("""
            name: cordon-alone
            limit: 50m
            function: { environment: { ACTION_CAPACITY_RECLAIM: cordon } }
            clusters: [{ name: shop }]
            groups:
              - { name: trainers, cluster: shop, capacity-block: cr-0a1b2c3d4e5f60718, instances: [victim], hooks: [{ name: drain, heartbeat: 300s }] }
              - { name: workers, cluster: shop, instances: [refuge] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events: [{ at: 1s, scale-in: victim }, { at: 20s, capacity-block-ends: cr-0a1b2c3d4e5f60718 }, { at: 5m, scale: { workload: web, replicas: 4 } }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);

        Assert.DoesNotContain("Superseded", run.Log, StringComparison.Ordinal);
    }

    // EC2 shows that the machine is going, and no event says so: its ten minutes count from when that was first seen.
    [Fact]
    public void A_machine_that_only_EC2_shows_as_going_is_waited_for_no_longer_than_once()
    {
        using var run = Rehearsal.PlayedWell("""
            name: going
            limit: 50m
            function: { environment: { NODE_TERMINATION_GRACE_PERIOD: "300", ACTION_STATE_CHANGE: ignore } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], goes-in: 25m, hooks: [{ name: drain, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 1, on: victim, grace: 1800s, stops-in: 1800s }]
            events: [{ at: 1s, scale-in: victim }, { at: 60s, terminate: victim }]
            expect: { nodes: { refuge: untouched }, died-without-grace: 1 }
            """);

        Assert.Equal("Termination: DeadlineMissed", Endings(run)[^1]);
        Assert.InRange(Endings(run).Count, 4, 6);
    }

    private static List<string> Endings(InProcessRun run) => [.. run.Interruptions().Select(line => $"{line["kinds"]![0]}: {line["Outcome"]}")];
}
