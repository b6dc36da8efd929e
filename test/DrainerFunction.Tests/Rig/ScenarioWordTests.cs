namespace DrainerFunction.Rig;

/// <summary>What a scenario can say of a group, a tag and a node that is late, and what the function makes of it.</summary>
public sealed class ScenarioWordTests
{
    [Fact]
    public void A_hook_that_is_deleted_holds_nothing_and_the_other_waits_for_the_drain()
    {
        using var run = Rehearsal.PlayedWell("""
            name: hook-deleted
            limit: 20m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }, { name: second, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, grace: 60s, stops-in: 40s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: victim }, { at: 10s, delete-hook: { group: workers, hook: second } }]
            expect: { nodes: { victim: drained }, hooks: { victim/node-drainer: continued } }
            """);

        Assert.Single(run.World.Tape.Happenings, happening => happening.Text.Contains("hook second of", StringComparison.Ordinal) && happening.Text.Contains("by the hook's deletion", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Terminate", 3)]
    [InlineData("Launch", 2)]
    [InlineData("ReplaceUnhealthy", 2)]
    public void A_group_without_a_process_does_not_do_what_it_is_for(string process, int members)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: suspended
            limit: 20m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge, third], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            events: [{ at: 1s, suspend: { group: workers, process: {{process}} } }, { at: 2s, {{(process == "Terminate" ? "resize: { group: workers, desired: 2 }" : "terminate: victim")}} }]
            expect: { not-before: 5m }
            """);

        Assert.Equal(members, run.Stage.Home.AutoScaling.Instances("workers").Count(member => run.Stage.Home.Ec2.Find(member.InstanceId)!.State is Sandbox.World.Aws.InstanceState.Running));
    }

    [Fact]
    public void An_instance_that_loses_its_tag_is_left_alone_and_one_that_gets_it_is_drained()
    {
        using var run = Rehearsal.PlayedWell("""
            name: tagged
            limit: 20m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [loses, refuge], hooks: [{ name: node-drainer, heartbeat: 60s }] }
              - { name: others, cluster: shop, managed: false, instances: [gets], hooks: [{ name: node-drainer, heartbeat: 60s }] }
            workloads: [{ name: web, replicas: 2, on: gets, stops-in: 2s, starts-in: 1s }]
            events:
              - { at: 1s, tag: { instance: loses, key: aws-node-termination-handler/managed } }
              - { at: 1s, tag: { instance: gets, key: aws-node-termination-handler/managed, value: "" } }
              - { at: 2s, scale-in: loses }
              - { at: 2s, scale-in: gets }
            expect: { nodes: { gets: drained }, hooks: { gets: continued, loses: timed-out } }
            """);
    }

    [Fact]
    public void A_node_that_joins_late_is_not_there_before()
    {
        using var run = Rehearsal.PlayedWell("""
            name: late
            limit: 20m
            clusters: [{ name: shop }]
            instances: [{ name: late, joins-in: 90s }, { name: early }]
            expect: { not-before: 100s }
            """);

        var joined = run.World.Tape.Happenings.Single(happening => happening is { Area: "kubernetes", What: "node-ready" } && happening.Subject == run.Stage.Instance("late").NodeName);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 1, 30, TimeSpan.Zero), joined.At);
    }

    [Fact]
    public void Rates_that_a_scenario_sets_are_those_of_the_account()
    {
        using var run = Rehearsal.PlayedWell("""
            name: rates
            limit: 30m
            clusters: [{ name: shop }]
            rates: [{ service: autoscaling, burst: 2, per-second: 0.2 }]
            groups: [{ name: workers, cluster: shop, instances: [one, two, three, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 3, on: "one", stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: one }, { at: 1s, scale-in: two }, { at: 1s, scale-in: three }]
            expect: { nodes: { one: drained, two: drained, three: drained }, hooks: { one: continued, two: continued, three: continued } }
            """);

        Assert.True(run.Stage.Home.Rates.Refusals > 0);
    }
}
