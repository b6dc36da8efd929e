namespace DrainerFunction.Rig;

/// <summary>What a closed scheduled change takes back, and what it must leave.</summary>
public sealed class ClosedChangeTests
{
    private const string Shop = """
        name: closed
        limit: 60m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }, { name: other, replicas: 2, on: refuge, stops-in: 2s }]
        budgets: [{ name: web, of: web, min-available: "2" }]
        """;

    [Fact]
    public void A_node_that_is_being_drained_for_its_termination_stays_cordoned_when_a_scheduled_change_is_closed()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            {{{Shop}}}
            events:
              - { at: 1s, maintenance: { instance: victim, code: system-maintenance, in: 50m } }
              - { at: 60s, scale-in: victim }
              - { at: 100s, cancel: victim }
              - { at: 104s, scale: { workload: other, replicas: 8 } }
              - { at: 20m, scale: { workload: web, replicas: 4 } }
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 20m }
            """);
    }

    [Fact]
    public void The_hook_of_an_older_drain_is_answered_although_a_scheduled_change_came_and_was_called_off()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            {{{Shop}}}
            events:
              - { at: 1s, scale-in: victim }
              - { at: 60s, maintenance: { instance: victim, code: system-maintenance, in: 50m } }
              - { at: 160s, cancel: victim }
              - { at: 10m, invoke: '{"sweep":{}}' }
              - { at: 15m, scale: { workload: web, replicas: 4 } }
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 15m }
            """);
    }

    [Fact]
    public void It_is_taken_back_although_a_recommendation_that_nobody_follows_came_with_it()
    {
        using var run = Rehearsal.PlayedWell("""
            name: closed-with-recommendation
            limit: 30m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, spot: true, instances: [victim, refuge] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            events:
              - { at: 1s, maintenance: { instance: victim, code: system-maintenance, in: 50m } }
              - { at: 100s, cancel: victim }
              - { at: 100s, rebalance: victim }
            expect: { nodes: { victim: lifted } }
            """);

        Assert.Contains(run.World.Tape.Happenings, happening => happening is { Area: "lambda", What: "batch" } && happening.Text.Contains("a batch of 2", StringComparison.Ordinal));
    }
}
