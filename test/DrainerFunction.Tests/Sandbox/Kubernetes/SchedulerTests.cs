using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>kube-scheduler's verdicts, as far as a drain can see them.</summary>
public sealed class SchedulerTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Pods_that_fit_nowhere_say_how_many_nodes_refuse_them_for_which_reason_and_are_bound_once_a_node_takes_them()
    {
        Patch("node-1", "{\"spec\":{\"unschedulable\":true}}");
        Patch("node-2", "{\"spec\":{\"taints\":[{\"key\":\"team\",\"value\":\"a\",\"effect\":\"NoSchedule\"}]}}");
        _cluster.Cluster.AddPod(new("first"));
        _cluster.Cluster.AddPod(new("second"));
        _cluster.Pass(1);
        Assert.Equal("0/2 nodes are available: 1 node(s) had untolerated taint {team: a}, 1 node(s) were unschedulable.", Verdict("second"));

        Patch("node-1", "{\"spec\":{\"unschedulable\":false}}");
        _cluster.Pass(1);

        Assert.Equal(["first", "second"], _cluster.PodNames("node-1"));
    }

    [Fact]
    public void A_node_that_is_full_counts_with_those_that_refuse_and_takes_the_next_pod_when_one_goes()
    {
        Patch("node-2", "{\"spec\":{\"unschedulable\":true}}");
        _cluster.Patch("/api/v1/nodes/node-1/status", "{\"status\":{\"allocatable\":{\"pods\":1}}}");
        _cluster.Cluster.AddPod(new("first"));
        _cluster.Pass(5);
        _cluster.Cluster.AddPod(new("second"));
        _cluster.Pass(1);
        Assert.Equal("0/2 nodes are available: 1 Too many pods, 1 node(s) were unschedulable.", Verdict("second"));

        _cluster.Evict("first");
        _cluster.Pass(5);

        Assert.Equal(["second"], _cluster.PodNames("node-1"));
    }

    [Fact]
    public void A_node_that_came_takes_what_waited_and_one_that_went_is_not_counted()
    {
        Patch("node-1", "{\"spec\":{\"unschedulable\":true}}");
        Patch("node-2", "{\"spec\":{\"unschedulable\":true}}");
        _cluster.Cluster.AddPod(new("web"));
        _cluster.Pass(1);
        _cluster.Ask("DELETE", "/api/v1/nodes/node-2");
        _cluster.Pass(1);
        Assert.Equal("0/1 nodes are available: 1 node(s) were unschedulable.", Verdict("web"));

        _cluster.Cluster.AddNode(ClusterFixture.MachineOf(3));
        _cluster.Pass(1);

        Assert.Equal(["web"], _cluster.PodNames("node-3"));
    }

    private void Patch(string node, string patch) => Assert.Equal(200, _cluster.Patch($"/api/v1/nodes/{node}", patch).Status);

    private string? Verdict(string pod) => _cluster.Pod(pod)!.Condition("PodScheduled").Text("message");
}
