namespace DrainerFunction.Rig;

/// <summary>A cluster that answers nothing for a while takes neither the hook nor the message with it.</summary>
public sealed class HungClusterTests
{
    [Theory]
    [InlineData(100, 135, "60s")]
    [InlineData(100, 135, "90s")]
    [InlineData(20, 1200, "60s")]
    public void The_message_is_handed_over_in_time_and_the_hook_lives(int from, int to, string heartbeat)
    {
        using var run = Rehearsal.PlayedWell(
            $$"""
            name: hung
            limit: 50m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: {{heartbeat}}, default: ABANDON }] }
            workloads: [{ name: web, replicas: 2, on: victim, grace: 600s, stops-in: 300s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """,
            run => run.AreClustersHung = at => at > TimeSpan.FromSeconds(from) && at < TimeSpan.FromSeconds(to));

        Assert.DoesNotContain(run.World.Tape.Happenings, happening => happening is { Area: "sqs", What: "received" } && happening.Text.EndsWith("time 2", StringComparison.Ordinal));
    }
}
