using DrainerFunction.Aws;
using DrainerFunction.Fakes;

namespace DrainerFunction.Nodes;

public sealed class NodeFinderTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    // Neither has a name of its own to be found by: both need the list, and the one who asked for it first goes away under way.
    [Fact]
    public void Whoever_asked_for_the_list_first_may_go_away_and_the_others_still_find_their_node()
    {
        var finder = new NodeFinder(new OneCluster(_rig), new(_rig.Time), _rig.Time);
        var clusters = new ClusterChoice.Candidates([_rig.Target.Cluster], NamedByTag: true);

        var found = _rig.Run(async () =>
        {
            using var first = new CancellationTokenSource(TimeSpan.FromMilliseconds(9), _rig.Time);
            var gone = finder.FindAsync(Running("i-0000000000000000a"), clusters, NodeSearch.All, first.Token);
            var other = finder.FindAsync(Running("i-0000000000000000b"), clusters, NodeSearch.All, TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
            return await other;
        });

        Assert.Equal("node-b", Assert.IsType<FoundNode.Here>(found).Target.NodeName);
        Assert.Equal(2, _rig.Asked.Count(asked => asked == "list nodes"));
    }

    [Fact]
    public void Two_nodes_that_name_one_instance_are_told_and_neither_is_taken()
    {
        _rig.Cluster.AddNode(new("i-0000000000000000b", "ip-10-0-0-3.eu-central-1.compute.internal", "eu-central-1a", "blue", "node-c"));
        var finder = new NodeFinder(new OneCluster(_rig), new(_rig.Time), _rig.Time);

        var found = _rig.Run(() => finder.FindAsync(Running("i-0000000000000000b"), new ClusterChoice.Candidates([_rig.Target.Cluster], NamedByTag: true), NodeSearch.All, TestContext.Current.CancellationToken));

        Assert.Equal(
            "nodes node-b and node-c of cluster blue both name instance i-0000000000000000b in spec.providerID; neither is touched until one of them is deleted",
            Assert.IsType<FoundNode.Ambiguous>(found).Why);
    }

    public void Dispose() => _rig.Dispose();

    private static Instance Running(string instanceId) => new() { InstanceId = instanceId, Life = InstanceLife.Running };
}
