namespace DrainerFunction.Rig;

public sealed class HandOverTests
{
    [Fact]
    public void What_could_not_be_sent_on_is_not_counted_as_sent()
    {
        using var run = Rehearsal.PlayedWell("""
            name: not-sent
            limit: 30m
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }
            workloads: [{ name: web, replicas: 2, on: victim, grace: 300s, stops-in: 200s }]
            events: [{ at: 1s, scale-in: victim }, { at: 60s, fault: { kind: denied, service: sqs, operation: SendMessage, for: 90s } }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);

        Assert.Contains("\"sentOn\":0,\"failed\":1", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"sentOn\":1,\"failed\":1", run.Log, StringComparison.Ordinal);
    }
}
