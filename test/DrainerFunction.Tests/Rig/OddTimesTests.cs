namespace DrainerFunction.Rig;

/// <summary>Messages whose time says that they are absurd, early or hours late.</summary>
public sealed class OddTimesTests
{
    private const string Shop = """
        name: odd-times
        limit: 20m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, spot: SPOT, instances: [victim, refuge] }
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        events: [{ at: 200s, message: { queue: UrgentQueue, body: '{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","time":"TIME","account":"{account}","region":"{region}","resources":[],"source":"aws.ec2","detail-type":"EC2 Spot Instance Interruption Warning","detail":{"instance-id":"{instance:victim}","instance-action":"terminate"}}' } }]
        expect: { nodes: { victim: untouched }, logs: ["WHY"] }
        """;

    [Theory]
    [InlineData("2026-11-22T11:45:00Z", "true", "Spot request is fulfilled")]
    [InlineData("2026-11-22T12:03:00Z", "false", "EC2 reports that it is not a Spot instance")]
    public void It_is_refuted_within_minutes_of_being_first_seen(string time, string isSpot, string why)
    {
        using var run = Rehearsal.PlayedWell(Shop.Replace("TIME", time, StringComparison.Ordinal).Replace("SPOT", isSpot, StringComparison.Ordinal).Replace("WHY", why, StringComparison.Ordinal));

        Assert.InRange(run.World.Tape.Happenings.Count(happening => happening is { Area: "lambda", What: "invoked" }), 1, 8);
    }
}
