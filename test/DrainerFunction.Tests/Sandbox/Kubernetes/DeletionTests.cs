using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>apiserver's registry/rest/delete.go, the pod strategy's CheckGracefulDelete, and the kubelet's documented pod termination.</summary>
public sealed class DeletionTests : IDisposable
{
    private const string Web = "/api/v1/namespaces/default/pods/web";

    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_deleted_pod_is_terminating_until_it_stopped()
    {
        Pod(stopsIn: 7);

        var answer = _cluster.Ask("DELETE", Web);

        Assert.Equal((200, 30), (answer.Status, answer.Body.Number("metadata", "deletionGracePeriodSeconds") ?? 0));
        Assert.Equal((_cluster.World.Now + TimeSpan.FromSeconds(30)).Stamp(), answer.Body.Text("metadata", "deletionTimestamp"));
        _cluster.Pass(6.9);
        Assert.NotNull(_cluster.Pod("web"));
        _cluster.Pass(0.2);
        Assert.Null(_cluster.Pod("web"));
        Assert.Empty(_cluster.Told("pod-killed-at-grace-end"));
    }

    [Fact]
    public void A_pod_that_does_not_stop_is_killed_at_the_end_of_its_grace()
    {
        Pod(stopsIn: 100);

        _cluster.Ask("DELETE", Web + "?gracePeriodSeconds=10");
        _cluster.Pass(10);

        Assert.Null(_cluster.Pod("web"));
        Assert.Equal(["default/web"], _cluster.Told("pod-killed-at-grace-end"));
    }

    [Fact]
    public void A_later_deletion_can_only_shorten_the_grace()
    {
        Pod(stopsIn: 100);
        _cluster.Ask("DELETE", Web + "?gracePeriodSeconds=20");
        _cluster.Pass(5);

        _cluster.Ask("DELETE", Web + "?gracePeriodSeconds=25");
        Assert.Equal(20, _cluster.Pod("web").Number("metadata", "deletionGracePeriodSeconds"));
        _cluster.Ask("DELETE", Web + "?gracePeriodSeconds=8");
        Assert.Equal(8, _cluster.Pod("web").Number("metadata", "deletionGracePeriodSeconds"));

        // The timestamp counts from when the first deletion began, the kubelet from when it hears of the shorter grace.
        Assert.Equal(_cluster.World.Now.AddSeconds(3).Stamp(), _cluster.Pod("web").Text("metadata", "deletionTimestamp"));
        _cluster.Pass(7.9);
        Assert.NotNull(_cluster.Pod("web"));
        _cluster.Pass(0.2);
        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void Grace_0_removes_the_pod_at_once()
    {
        Pod(stopsIn: 100);

        _cluster.Ask("DELETE", Web + "?gracePeriodSeconds=0");

        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_pod_that_no_node_has_yet_goes_at_once()
    {
        _cluster.Cluster.AddPod(new("web"));

        _cluster.Ask("DELETE", Web);

        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_finalizer_keeps_a_pod_that_has_stopped()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", Finalizers = ["example.com/hold"] });
        _cluster.Ask("DELETE", Web);
        _cluster.Pass(60);
        Assert.NotNull(_cluster.Pod("web"));

        _cluster.Patch(Web, """{"metadata":{"finalizers":null}}""", "merge-patch");

        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_uid_that_does_not_match_deletes_nothing()
    {
        Pod(stopsIn: 1);

        var answer = _cluster.Ask("DELETE", Web, new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = "old" } });

        Assert.Equal(409, answer.Status);
        Assert.Null(_cluster.Pod("web").At("metadata", "deletionTimestamp"));
    }

    // Seen from an API server 1.36: the node turns NotReady and its pods stay Terminating ("Nodes", "Node status" of the Kubernetes documentation).
    [Fact]
    public void Under_a_dead_kubelet_a_pod_stays_terminating_for_ever_and_its_node_turns_NotReady()
    {
        Pod(stopsIn: 1);
        _cluster.Cluster.NodeAvailability.KillKubelet("node-1");

        _cluster.Ask("DELETE", Web);
        _cluster.Pass(3600);

        Assert.NotNull(_cluster.Pod("web").At("metadata", "deletionTimestamp"));
        Assert.Equal("Unknown", _cluster.Cluster.Node("node-1")!.Condition("Ready").Text("status"));
    }

    // Seen from an API server 1.36; the DaemonSet controller tolerates node.kubernetes.io/unschedulable ("DaemonSet", "Taints and tolerations").
    [Fact]
    public void A_daemon_pod_comes_back_on_a_cordoned_node()
    {
        _cluster.Cluster.AddDaemonSet(new("proxy"));
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");
        var pod = _cluster.PodNames("node-1").Single();

        _cluster.Ask("DELETE", $"/api/v1/namespaces/default/pods/{pod}");
        _cluster.Pass(10);

        Assert.NotEqual(pod, Assert.Single(_cluster.PodNames("node-1")));
    }

    [Fact]
    public void A_replica_moves_to_the_node_that_still_takes_pods()
    {
        _cluster.Cluster.AddDeployment(new("web"), 2, "node-1");
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");

        foreach (var pod in _cluster.PodNames("node-1"))
        {
            _cluster.Evict(pod);
        }

        _cluster.Pass(10);

        Assert.Empty(_cluster.PodNames("node-1"));
        Assert.Equal(2, _cluster.Cluster.PodsOn("node-2").Count(pod => pod.ConditionIsTrue("Ready")));
    }

    [Fact]
    public void A_stateful_pod_returns_under_its_name_with_a_new_uid_once_the_old_one_is_gone()
    {
        _cluster.Cluster.AddStatefulSet(new("db") { StopsIn = TimeSpan.FromSeconds(5) }, 2, ["node-1"]);
        var uid = _cluster.Pod("db-0")!.Uid();

        _cluster.Evict("db-0");
        _cluster.Pass(4);
        Assert.Equal(uid, _cluster.Pod("db-0")!.Uid());
        _cluster.Pass(6);

        Assert.NotEqual(uid, _cluster.Pod("db-0")!.Uid());
    }

    [Fact]
    public void With_every_node_cordoned_the_successor_stays_pending()
    {
        _cluster.Cluster.AddReplicaSet(new("web"), 1, "node-1");
        foreach (var node in (string[])["node-1", "node-2"])
        {
            _cluster.Patch($"/api/v1/nodes/{node}", """{"spec":{"unschedulable":true}}""");
        }

        _cluster.Evict(_cluster.PodNames("node-1").Single());
        _cluster.Pass(30);

        var pod = _cluster.Cluster.Store.List(ResourceKinds.Pods).Single();
        Assert.Equal(("Pending", "Unschedulable"), (pod.Text("status", "phase"), pod.Condition("PodScheduled").Text("reason")));
    }

    [Fact]
    public void A_volume_leaves_its_node_some_seconds_after_the_last_pod_that_used_it()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", Claims = ["data"] });
        Assert.Single(_cluster.Cluster.Node("node-1").Items("status", "volumesAttached"));

        _cluster.Evict("web");
        _cluster.Pass(2);
        Assert.Single(_cluster.Cluster.Node("node-1").Items("status", "volumesAttached"));
        _cluster.Pass(6);

        Assert.Empty(_cluster.Cluster.Node("node-1").Items("status", "volumesAttached"));
    }

    [Fact]
    public void What_an_owner_leaves_behind_is_collected()
    {
        _cluster.Cluster.AddDeployment(new("web"), 2, "node-1");

        _cluster.Ask("DELETE", "/apis/apps/v1/namespaces/default/deployments/web");
        _cluster.Pass(10);

        Assert.Empty(_cluster.Cluster.Store.List(ResourceKinds.Pods));
        Assert.Empty(_cluster.Cluster.Store.List(ResourceKinds.ReplicaSets));
    }

    private void Pod(double stopsIn) => _cluster.Cluster.AddPod(new("web") { Node = "node-1", StopsIn = TimeSpan.FromSeconds(stopsIn) });
}
