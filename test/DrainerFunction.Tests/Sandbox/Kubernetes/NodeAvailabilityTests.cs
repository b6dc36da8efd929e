using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>kubernetes.io/docs/concepts/architecture/nodes and cloud-provider's node lifecycle controller.</summary>
public sealed class NodeAvailabilityTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_machine_that_boots_becomes_a_ready_node_with_its_provider_id()
    {
        _cluster.World.Machines.Announce(new(ClusterFixture.MachineOf(3), MachinePower.Booted));
        Assert.Null(_cluster.Cluster.Node("node-3"));
        _cluster.Pass(20);

        Assert.True(_cluster.Cluster.Node("node-3")!.ConditionIsTrue("Ready"));
        Assert.Equal("aws:///eu-central-1a/i-00000000000000003", _cluster.Cluster.Node("node-3").Text("spec", "providerID"));
    }

    [Fact]
    public void Power_that_goes_off_kills_what_still_ran_and_the_tape_says_so()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });

        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Off));
        Assert.Equal(["default/web"], _cluster.Told("pod-killed"));
        _cluster.Pass(39);
        Assert.True(_cluster.Cluster.Node("node-1")!.ConditionIsTrue("Ready"));
        _cluster.Pass(1);

        Assert.Equal("Unknown", _cluster.Cluster.Node("node-1")!.Condition("Ready").Text("status"));
    }

    [Fact]
    public void A_terminated_machine_loses_its_node_and_then_its_pods()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Off));

        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Gone));
        _cluster.Pass(46);
        Assert.Null(_cluster.Cluster.Node("node-1"));
        Assert.NotNull(_cluster.Pod("web"));
        _cluster.Pass(60);

        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_kubelet_that_hangs_stops_nothing_and_leaves_its_node_ready_and_one_that_is_back_goes_on()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", StopsIn = TimeSpan.FromSeconds(2) });
        _cluster.Cluster.NodeAvailability.HangKubelet("node-1");
        _cluster.Evict("web");
        _cluster.Pass(300);
        Assert.Equal("Running", _cluster.Pod("web").Text("status", "phase"));
        Assert.True(_cluster.Cluster.Node("node-1")!.ConditionIsTrue("Ready"));

        _cluster.Cluster.NodeAvailability.ReviveKubelet("node-1");
        _cluster.Pass(3);

        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_kubelet_that_dies_makes_its_node_not_ready_and_one_that_is_back_makes_it_ready_on_the_same_boot()
    {
        var boot = _cluster.Cluster.Node("node-1").Text("status", "nodeInfo", "bootID");
        _cluster.Cluster.NodeAvailability.KillKubelet("node-1");
        _cluster.Pass(40);
        Assert.Equal("Unknown", _cluster.Cluster.Node("node-1")!.Condition("Ready").Text("status"));

        _cluster.Cluster.NodeAvailability.ReviveKubelet("node-1");
        _cluster.Pass(1);

        var node = _cluster.Cluster.Node("node-1")!;
        Assert.True(node.ConditionIsTrue("Ready"));
        Assert.Equal(boot, node.Text("status", "nodeInfo", "bootID"));
        Assert.Null(node.At("spec", "taints"));
    }

    [Fact]
    public void A_machine_that_goes_off_under_a_hung_kubelet_takes_its_containers_along()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.NodeAvailability.HangKubelet("node-1");

        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Off));

        Assert.Equal(["default/web"], _cluster.Told("pod-killed"));
    }

    [Fact]
    public void A_machine_that_returns_has_a_new_boot_id_and_stays_cordoned()
    {
        var boot = _cluster.Cluster.Node("node-1").Text("status", "nodeInfo", "bootID");
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");
        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Off));
        _cluster.Pass(60);

        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Booted));
        _cluster.Pass(20);

        var node = _cluster.Cluster.Node("node-1")!;
        Assert.True(node.ConditionIsTrue("Ready"));
        Assert.True(node.IsTrue("spec", "unschedulable"));
        Assert.NotEqual(boot, node.Text("status", "nodeInfo", "bootID"));
        Assert.Equal(["node.kubernetes.io/unschedulable"], node.Items("spec", "taints").Select(taint => taint.Text("key")));
    }

    [Fact]
    public void A_cordon_brings_its_taint_and_an_uncordon_takes_it_away()
    {
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");
        _cluster.Pass(1);
        Assert.Equal(["node.kubernetes.io/unschedulable"], _cluster.Cluster.Node("node-1").Items("spec", "taints").Select(taint => taint.Text("key")));
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":null}}""");
        _cluster.Pass(1);

        Assert.Null(_cluster.Cluster.Node("node-1").At("spec", "taints"));
    }

    [Fact]
    public void Out_of_service_lets_the_terminating_pods_of_a_dead_node_go()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", Claims = ["data"] });
        _cluster.World.Machines.Announce(new(ClusterFixture.One, MachinePower.Off));
        _cluster.Pass(60);

        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"taints":[{"key":"node.kubernetes.io/out-of-service","value":"nodeshutdown","effect":"NoExecute"}]}}""");
        _cluster.Pass(30);

        Assert.Null(_cluster.Pod("web"));
        Assert.Empty(_cluster.Cluster.Node("node-1").Items("status", "volumesAttached"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        Assert.Equal(History(), History());

        static string[] History()
        {
            using var cluster = new ClusterFixture();
            cluster.Cluster.AddDeployment(new("web"), 3, "node-1");
            cluster.Evict(cluster.PodNames("node-1")[0]);
            cluster.Pass(30);
            return [.. cluster.Cluster.Store.List(ResourceKinds.Pods).Select(pod => pod.ToJsonString()), .. cluster.World.Tape.Happenings.Select(one => one.ToString())];
        }
    }
}
