namespace DrainerFunction.Rig;

/// <summary>The warning of a Capacity Block's end names a reservation; its instances are drained before EC2 begins to take them.</summary>
public sealed class CapacityBlockTests
{
    private const string Shop = """
        name: capacity-block
        limit: 50m
        clusters: [{ name: shop }]
        groups:
          - { name: trainers, cluster: shop, capacity-block: cr-0a1b2c3d4e5f60718, instances: [victim-1, victim-2] }
          - { name: others, cluster: shop, capacity-block: cr-0another000000001, instances: [other] }
          - { name: workers, cluster: shop, instances: [refuge] }
        workloads: [{ name: train, replicas: 2, on: victim-1, stops-in: 5s }, { name: more, replicas: 2, on: victim-2, stops-in: 5s }]
        """;

    [Fact]
    public void Its_instances_are_drained_in_the_ten_minutes_that_are_left_and_no_other_is_touched()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop}}
            events: [{ at: 1s, capacity-block-ends: cr-0a1b2c3d4e5f60718 }]
            expect: { nodes: { victim-1: drained, victim-2: drained, other: untouched, refuge: untouched }, evictions: { train: 2, more: 2 } }
            """);
    }

    [Fact]
    public void One_that_was_extended_meanwhile_is_left_alone()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop}}
            events:
              - { at: 1s, capacity-block-ends: cr-0a1b2c3d4e5f60718, late: 3m }
              - { at: 2m, capacity-block-extended: cr-0a1b2c3d4e5f60718 }
            expect: { nodes: { victim-1: untouched, victim-2: untouched }, logs: ["about Capacity Block cr-0a1b2c3d4e5f60718: it ends at"], not-before: 4m }
            """);
    }

    [Theory]
    [InlineData("throttle")]
    [InlineData("unavailable")]
    [InlineData("denied")]
    public void A_refused_look_at_it_is_repeated_every_second(string kind)
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop}}
            events:
              - { at: 0s, fault: { kind: {{kind}}, service: ec2, operation: DescribeInstances, for: 10s } }
              - { at: 1s, capacity-block-ends: cr-0a1b2c3d4e5f60718 }
            expect: { nodes: { victim-1: drained, victim-2: drained, other: untouched } }
            """);

        Assert.Single(run.Lines, line => line["message"]?.ToString().StartsWith("Could not find the instances of Capacity Block", StringComparison.Ordinal) is true);
    }
}
