namespace DrainerFunction.Rig;

/// <summary>A group with more than one termination hook: all are completed, and where no setting names them that is said.</summary>
public sealed class SeveralHooksTests
{
    private const string Warning = "has several termination hooks";

    [Theory]
    [InlineData("", true, 1)]
    [InlineData("", false, 0)]
    [InlineData("function: { environment: { LIFECYCLE_HOOKS: 'node-drainer, backup' } }", true, 0)]
    public void It_is_said_once_at_the_start_of_a_drain_where_no_setting_names_them(string settings, bool hasSecond, int said)
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: several
            {{settings}}
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }{{(hasSecond ? ", { name: backup, heartbeat: 300s }" : "")}}] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events: [{ at: 1s, scale-in: victim }, { at: 4m, scale: { workload: web, replicas: 4 } }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);

        Assert.Equal(said, run.Log.Split(Warning).Length - 1);
    }

    [Fact]
    public void Every_kind_of_interruption_at_once_and_each_message_three_times_answers_each_hook_of_the_instance_once_and_is_counted_once()
    {
        using var run = Rehearsal.PlayedWell("""
            name: all-kinds
            limit: 100m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, spot: true, capacity-rebalance: true, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 60s }, { name: other, heartbeat: 40s }] }]
            workloads: [{ name: web, replicas: 6, on: victim, stops-in: 20s, grace: 40s }]
            budgets: [{ name: web, of: web, max-unavailable: "2" }]
            events:
              - { at: 1s, rebalance: victim, duplicates: 2 }
              - { at: 1s, scale-in: victim, duplicates: 2 }
              - { at: 2s, spot: victim, duplicates: 2 }
              - { at: 3s, maintenance: { instance: victim, code: system-reboot, in: 30m } }
            expect: { nodes: { victim: drained }, hooks: { victim/drain: continued, victim/other: continued } }
            """);

        var outcomes = run.Interruptions("victim").Select(line => line["Outcome"]!.ToString()).ToList();
        Assert.Single(outcomes, outcome => outcome is "Drained");
        Assert.True(outcomes.Count(outcome => outcome is "AlreadyHandled") >= 4, string.Join(' ', outcomes));
    }
}
