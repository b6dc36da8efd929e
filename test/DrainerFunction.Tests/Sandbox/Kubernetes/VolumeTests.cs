using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>Which volumes a node has attached, and when one leaves it.</summary>
public sealed class VolumeTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    [Theory]
    [InlineData(VolumeSpec.Ebs, "kubernetes.io/csi/ebs.csi.aws.com^vol-default-data")]
    [InlineData(VolumeSpec.InTree, "kubernetes.io/csi/ebs.csi.aws.com^vol-default-data")]
    [InlineData(VolumeSpec.Efs, null)]
    [InlineData(VolumeSpec.Local, null)]
    [InlineData(VolumeSpec.Unbound, null)]
    public void A_node_names_what_is_attached_by_driver_and_handle(string kind, string? attached)
    {
        _cluster.Cluster.AddVolume(new("data") { Kind = kind });
        _cluster.Cluster.AddPod(new("db") { Node = "node-1", Claims = ["data"] });

        Assert.Equal(attached, Attached("node-1").SingleOrDefault());
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    public void A_finished_pod_holds_no_volume(string phase)
    {
        _cluster.Cluster.AddPod(new("backup") { Node = "node-1", Claims = ["data"], FinishedAs = phase });

        Assert.Empty(Attached("node-1"));
    }

    [Fact]
    public void The_volume_of_a_pod_that_has_stopped_is_detached_although_a_finalizer_keeps_its_object()
    {
        _cluster.Cluster.AddPod(new("db") { Node = "node-1", Claims = ["data"], Finalizers = ["example.com/archive"] });

        _cluster.Evict("db");
        _cluster.Pass(10);

        Assert.NotNull(_cluster.Pod("db"));
        Assert.Empty(Attached("node-1"));
    }

    [Fact]
    public void A_volume_that_another_pod_of_the_node_uses_stays()
    {
        _cluster.Cluster.AddPod(new("db") { Node = "node-1", Claims = ["data"] });
        _cluster.Cluster.AddPod(new("reader") { Node = "node-1", Claims = ["data"] });

        _cluster.Evict("db");
        _cluster.Pass(60);

        Assert.Single(Attached("node-1"));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_detach_takes_its_time_or_fails_for_ever(bool fails, int left)
    {
        _cluster.Cluster.AddVolume(new("data") { DetachesIn = TimeSpan.FromMinutes(2), DetachFails = fails });
        _cluster.Cluster.AddPod(new("db") { Node = "node-1", Claims = ["data"] });

        _cluster.Evict("db");
        _cluster.Pass(119);
        Assert.Single(Attached("node-1"));
        _cluster.Pass(600);

        Assert.Equal(left, Attached("node-1").Length);
    }

    [Fact]
    public void The_claim_of_an_ephemeral_volume_goes_with_its_pod_and_the_volume_is_detached_later()
    {
        _cluster.Cluster.AddPod(new("batch") { Node = "node-1", Ephemeral = ["scratch"] });
        Assert.Equal(["kubernetes.io/csi/ebs.csi.aws.com^vol-default-batch-scratch"], Attached("node-1"));

        _cluster.Evict("batch");
        _cluster.Pass(2);
        Assert.Null(_cluster.Cluster.Store.Get(ResourceKinds.PersistentVolumeClaims, "default", "batch-scratch"));
        Assert.Single(Attached("node-1"));
        _cluster.Pass(6);

        Assert.Empty(Attached("node-1"));
    }

    [Fact]
    public void A_pod_elsewhere_starts_once_its_volume_is_off_the_node_before()
    {
        _cluster.Cluster.AddStatefulSet(new("db"), 1, ["node-1"], "data");

        _cluster.Ask("PATCH", "/api/v1/nodes/node-1", System.Text.Json.Nodes.JsonNode.Parse("""{"spec":{"unschedulable":true}}"""), "application/merge-patch+json");
        _cluster.Evict("db-0");
        _cluster.Pass(5);
        Assert.Equal(("node-2", "Pending"), (_cluster.Pod("db-0").Text("spec", "nodeName"), _cluster.Pod("db-0").Text("status", "phase")));
        Assert.Contains("node-2", _cluster.Told("multi-attach"));
        _cluster.Pass(10);

        Assert.Equal("Running", _cluster.Pod("db-0").Text("status", "phase"));
    }

    [Fact]
    public void The_volume_of_a_namespace_that_is_deleted_is_detached_too()
    {
        _cluster.Cluster.AddPod(new("db") { Namespace = "old", Node = "node-1", Claims = ["data"] });

        _cluster.Ask("DELETE", "/api/v1/namespaces/old");
        _cluster.Pass(20);

        Assert.Empty(Attached("node-1"));
    }

    public void Dispose() => _cluster.Dispose();

    private string[] Attached(string node) => [.. _cluster.Cluster.Node(node).Items("status", "volumesAttached").Select(one => one.Text("name")!)];
}
