namespace DrainerFunction.Rig;

/// <summary>EC2 takes the DNS name from a machine that goes, and many nodes have a name of their own.</summary>
public sealed class NamelessInstanceTests
{
    [Theory]
    [InlineData("stop", "worker-7.corp.example")]
    [InlineData("terminate", "worker-7.corp.example")]
    [InlineData("stop", null)]
    [InlineData("terminate", null)]
    [InlineData("spot", "worker-7.corp.example")]
    public void The_node_of_a_machine_that_goes_is_found_whatever_its_name(string what, string? node)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: nameless
            limit: 20m
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true{{(node is null ? "" : $", node: {node}")}} }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, grace: 5s, stops-in: 2s }]
            events: [{ at: 1s, {{what}}: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 2 } }
            """);
    }
}
