using System.Text.Json.Nodes;
using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>What becomes of a drain when its cordon does not hold.</summary>
public sealed class CordonGuardTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Fact]
    public void A_node_that_somebody_uncordons_is_cordoned_again_before_a_new_pod_is_evicted()
    {
        Hold("web", seconds: 60);
        _rig.After(5, Uncordon);
        _rig.After(8, () => _rig.Cluster.AddPod(_rig.Pod("newcomer")));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        var cordonedAgain = _rig.AskedAt("patch", "nodes").Last();
        Assert.Contains("cordoned again", _rig.Observer.Told);
        Assert.Equal(2, _rig.AskedAt("patch", "nodes").Count());
        Assert.All(_rig.AskedAt("create", "pods/eviction").Where(at => at > _rig.Start.AddSeconds(8)), at => Assert.True(at > cordonedAgain));
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_pod_that_was_bound_before_the_cordon_and_shows_up_late_is_evicted_after_one_look()
    {
        Hold("web", seconds: 60);
        _rig.After(8, () => _rig.Cluster.AddPod(_rig.Pod("late")));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.Single(_rig.AskedAt("patch", "nodes"));
        Assert.Equal(2, _rig.Asked.Count(one => one == "get nodes"));
        Assert.Empty(_rig.PodsLeft);
    }

    [Fact]
    public void Pods_that_somebody_binds_here_again_and_again_are_no_race()
    {
        Hold("web", seconds: 60);
        for (var second = 5; second < 55; second++)
        {
            var name = $"stubborn-{second}";
            _rig.After(second, () => _rig.Cluster.AddPod(_rig.Pod(name)));
        }

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.InRange(_rig.Asked.Count(one => one == "get nodes"), 5, 15);
    }

    [Fact]
    public void A_node_that_is_another_machines_by_now_keeps_its_pods()
    {
        Hold("web", seconds: 300);
        _rig.After(5, () =>
        {
            _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}");
            _rig.Cluster.AddNode(new("i-0000000000000000c", "ip-10-0-0-3.eu-central-1.compute.internal", "eu-central-1a", "blue", ClusterRig.NodeName));
            _rig.Cluster.AddPod(_rig.Pod("others"));
        });

        Assert.IsType<DrainOutcome.NodeGone>(_rig.Drain(600, machineGoes: false));

        Assert.Contains("others", _rig.PodsLeft);
        Assert.False(_rig.Node().Spec.Unschedulable is true);
    }

    // Nobody can put a pod there any more, and those that run there are given their time.
    [Fact]
    public void A_node_whose_object_is_deleted_while_a_pod_lands_is_drained_to_the_end()
    {
        _rig.Cluster.AddPod(_rig.Pod("web") with { GracePeriod = TimeSpan.FromSeconds(60), StopsIn = TimeSpan.FromSeconds(40) });
        _rig.After(5, () => _rig.Cluster.AddPod(_rig.Pod("late")));
        _rig.After(5, () => _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}"));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(_rig.Hook(_rig.Start.AddSeconds(600)), TestContext.Current.CancellationToken));

        Assert.Empty(_rig.PodsLeft);
        Assert.InRange((_rig.Now - _rig.Start).TotalSeconds, 40, 45);
    }

    // A cloud controller manager names the instance of a node some seconds after it has registered.
    [Fact]
    public void A_node_that_registers_anew_and_does_not_name_its_instance_yet_is_no_other_machines()
    {
        Hold("web", seconds: 60);
        _rig.After(5, () =>
        {
            _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}");
            _rig.Cluster.AddNode(_rig.Computer, node => ((JsonObject)node["spec"]!).Remove("providerID"));
            _rig.Cluster.AddPod(_rig.Pod("newcomer"));
        });
        _rig.After(9, () => _rig.Ask("PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", $$$"""{"spec":{"providerID":"aws:///eu-central-1a/{{{ClusterRig.InstanceId}}}"}}"""));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.True(_rig.Annotations.Read(_rig.Node())?.CordonedByUs);
        Assert.Empty(_rig.PodsLeft);
    }

    // No pod comes that would give it away: the budget lets the pod go half a minute after the cordon was lifted.
    [Fact]
    public void A_pod_that_a_budget_held_while_its_node_was_uncordoned_is_not_evicted_before_the_node_is_cordoned_again()
    {
        Hold("web", seconds: 60);
        _rig.After(20, Uncordon);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.Contains("cordoned again", _rig.Observer.Told);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_pod_that_waited_for_a_place_since_before_the_drain_is_not_evicted_from_a_node_that_was_uncordoned()
    {
        _rig.Ask("PATCH", "/api/v1/nodes/node-b", """{"spec":{"unschedulable":true}}""");
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");
        _rig.Cluster.AddPod(_rig.Pod("web") with { StopsIn = TimeSpan.FromSeconds(25) });
        _rig.Cluster.AddPod(_rig.Pod("waiting") with { Node = null });
        _rig.After(8, Uncordon);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.Contains("cordoned again", _rig.Observer.Told);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_cordon_of_another_that_was_lifted_and_put_back_is_noted_as_the_functions()
    {
        _rig.Ask("PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", """{"spec":{"unschedulable":true}}""");
        Hold("web", seconds: 60);
        _rig.After(5, Uncordon);
        _rig.After(8, () => _rig.Cluster.AddPod(_rig.Pod("newcomer")));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.True(_rig.Annotations.Read(_rig.Node())?.CordonedByUs);
    }

    [Fact]
    public void A_node_that_registers_anew_is_cordoned_and_noted_again()
    {
        Hold("web", seconds: 60);
        _rig.After(5, RegisterAnew);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.True(_rig.Annotations.Read(_rig.Node())?.CordonedByUs);
        Assert.Empty(_rig.PodsLeft);
    }

    [Fact]
    public void Where_the_cordon_may_not_be_put_back_a_hook_waits_and_no_pod_is_evicted_from_the_open_node()
    {
        Hold("web", seconds: 20);
        _rig.After(5, () =>
        {
            Uncordon();
            _rig.Cluster.Api.Webhooks.Add(new("nodes.policy.example.com", (_, request) => request.User.Name == "drainer" ? "not today" : null) { IsAskedAbout = (target, _) => target.ResourceAndSubresource == "nodes" });
        });
        _rig.After(8, () => _rig.Cluster.AddPod(_rig.Pod("newcomer")));
        _rig.After(60, () => _rig.Cluster.Api.Webhooks.Remove("nodes.policy.example.com"));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(_rig.Hook(_rig.Start.AddSeconds(600)), TestContext.Current.CancellationToken));

        Assert.All(_rig.AskedAt("create", "pods/eviction").Where(at => at > _rig.Start.AddSeconds(8)), at => Assert.True(at >= _rig.Start.AddSeconds(60)));
    }

    [Fact]
    public void Marks_that_a_node_which_registers_anew_does_not_bear_are_not_noted_for_the_functions()
    {
        _rig.Options = new() { TaintNode = true, ExcludeFromLoadBalancers = true };
        Hold("web", seconds: 60);
        _rig.After(5, RegisterAnew);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        var noted = _rig.Annotations.Read(_rig.Node());
        Assert.Empty(noted!.Taints);
        Assert.Empty(noted.Labels);
    }

    // Whoever takes back less than all of it does not speak for AWS.
    [Theory]
    [InlineData("""{"metadata":{"annotations":{"node-drainer/interruption":null}},"spec":{"unschedulable":null}}""")]
    [InlineData("""{"spec":{"unschedulable":null,"taints":null}}""")]
    public void A_cordon_that_is_lifted_with_its_annotation_or_its_seal_alone_is_put_back(string patch)
    {
        Hold("web", seconds: 60);
        _rig.After(20, () => _rig.Ask("PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", patch));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.Contains("cordoned again", _rig.Observer.Told);
        Assert.True(_rig.Annotations.Read(_rig.Node())?.CordonedByUs);
    }

    [Fact]
    public void A_cordon_that_has_no_marks_because_a_webhook_refuses_them_is_put_back_like_any_other()
    {
        RefuseNodes((_, request) => request.Body.At("metadata", "annotations") is not null);
        Hold("web", seconds: 60);
        _rig.After(20, Uncordon);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600));

        Assert.Contains("cordoned again", _rig.Observer.Told);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Before_a_machine_goes_a_cordon_that_may_not_be_put_back_with_its_marks_or_at_all_keeps_no_pod(bool mayWithoutMarks)
    {
        Hold("web", seconds: 20);
        _rig.After(5, () =>
        {
            Uncordon();
            RefuseNodes((_, request) => !mayWithoutMarks || request.Body.At("metadata", "annotations") is not null);
        });
        _rig.After(8, () => _rig.Cluster.AddPod(_rig.Pod("newcomer")));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600));

        Assert.Equal(mayWithoutMarks, _rig.Node().Spec.Unschedulable is true);
        Assert.InRange(_rig.AskedAt("create", "pods/eviction").Last(), _rig.Start.AddSeconds(8), _rig.Start.AddSeconds(40));
    }

    // As another invocation does when AWS has called the interruption off, and as docs/operating.md tells a human to.
    [Fact]
    public void A_drain_whose_cordon_was_taken_back_with_annotation_and_seal_stops_and_puts_nothing_back()
    {
        Hold("web", seconds: 60);
        _rig.After(20, () => _rig.Ask(
            "PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", """{"metadata":{"annotations":{"node-drainer/interruption":null}},"spec":{"unschedulable":null,"taints":null}}"""));

        Assert.IsType<DrainOutcome.CordonUndone>(_rig.Drain(600, machineGoes: false));

        Assert.Single(_rig.PodsLeft);
        Assert.False(_rig.Node().Spec.Unschedulable is true);
    }

    public void Dispose() => _rig.Dispose();

    private void Hold(string app, double seconds)
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod(app) with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget(app, minAvailable: "1");
        _rig.After(seconds, () => _rig.Ask("PATCH", $"/apis/policy/v1/namespaces/default/poddisruptionbudgets/{app}", """{"spec":{"minAvailable":0}}"""));
    }

    private void RefuseNodes(Func<RequestTarget, ApiRequest, bool> what) => _rig.Cluster.Api.Webhooks.Add(new("nodes.policy.example.com", (_, _) => "not today")
    {
        IsAskedAbout = (target, request) => target.ResourceAndSubresource == "nodes" && request.User.Name == "drainer" && what(target, request),
    });

    private void RegisterAnew()
    {
        _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}");
        _rig.Cluster.AddNode(_rig.Computer);
        _rig.Cluster.AddPod(_rig.Pod("newcomer"));
    }

    private void Uncordon() => _rig.Ask("PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", """{"spec":{"unschedulable":null}}""");
}
