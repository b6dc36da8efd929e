using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using k8s.Models;

namespace DrainerFunction.Nodes;

public sealed class NodeArrivalsTests
{
    private const string Later = "i-0000000000000000c";

    private static readonly ClusterChoice.Candidates Clusters = new([new ClusterName(new("123456789012", "eu-central-1"), "blue")], NamedByTag: true);

    [Fact]
    public void An_instance_that_is_waited_for_while_the_watch_of_the_one_before_ends_is_found_all_the_same()
    {
        using var rig = new ClusterRig();
        var arrivals = new NodeArrivals(new OneCluster(rig), new HashSet<string> { ClusterRig.InstanceId, Later }, rig.Time, new Random(1));
        rig.After(5, () => rig.Cluster.AddNode(new(Later, "ip-10-0-0-3.eu-central-1.compute.internal", "eu-central-1a", "blue", "node-c")));
        Task<FoundNode.Here>? second = null;

        var found = rig.Run(async () =>
        {
            await WaitAsync(ClusterRig.InstanceId, _ =>
            {
                // The next turn of the loop: the first has its node and has told the watch to end.
                rig.Loop.Post(_ => second = WaitAsync(Later, _ => true), null);
                return true;
            });
            return await second!;
        });

        Assert.Equal("node-c", found.Target.NodeName);

        Task<FoundNode.Here> WaitAsync(string instanceId, Func<V1Node, bool> isWanted) =>
            arrivals.WaitAsync(new Instance { InstanceId = instanceId, Life = InstanceLife.Running }, Clusters, isWanted, TestContext.Current.CancellationToken);
    }
}
