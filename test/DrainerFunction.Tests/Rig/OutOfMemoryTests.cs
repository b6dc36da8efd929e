namespace DrainerFunction.Rig;

/// <summary>What one instance takes too much of, the others of its batch keep.</summary>
public sealed class OutOfMemoryTests
{
    [Theory]
    [InlineData("{ at: 1s, spot: one }, { at: 1s, spot: two }", "with the other instances of its batch. Its message is forwarded")]
    [InlineData("{ at: 1s, spot: one }", "alone; its messages are received again. Raise MemorySize")]
    public void An_instance_that_does_not_fit_in_memory_is_handed_over_and_one_that_was_alone_is_received_again(string events, string line)
    {
        var asked = 0;

        using var run = Rehearsal.PlayedWell(
            $$"""
            name: large
            limit: 10m
            clusters: [{ name: shop }]
            instances: [{ name: one, cluster: shop, spot: true }, { name: two, cluster: shop, spot: true }, { name: refuge, cluster: shop }]
            workloads: [{ name: web, replicas: 2, on: one, stops-in: 3s }, { name: shop, replicas: 2, on: two, stops-in: 3s }]
            events: [{{events}}]
            expect: { nodes: { one: drained } }
            """,
            run => run.AreClustersHung = _ => ++asked == 3 ? throw new InsufficientMemoryException() : false);

        Assert.Contains(line, run.Log, StringComparison.Ordinal);
    }
}
