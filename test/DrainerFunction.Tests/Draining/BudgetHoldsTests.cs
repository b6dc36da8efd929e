using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

public sealed class BudgetHoldsTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Requests_for_held_pods_stay_few_while_nothing_changes()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 5, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "5");

        _rig.Drain(600, machineGoes: false);

        // Five pods, backing off to ten seconds each, for ten minutes.
        Assert.InRange(_rig.Asked.Count(one => one == "create pods/eviction"), 5 * 55, 5 * 75);
        Assert.Single(_rig.Asked, "list pods");
    }

    [Fact]
    public void Why_it_waits_is_told_once_a_change_and_never_once_a_retry()
    {
        _rig.Cluster.AddDeployment(_rig.Pod("web") with { Node = null }, 2, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "2");

        _rig.Drain(120, machineGoes: false);

        var held = Assert.Single(_rig.Observer.Holds, hold => hold.Pods.Count == 2);
        Assert.Equal(("default/web", new BudgetNumbers(0, 2, 2, 2)), (held.Budget, held.Numbers));
        Assert.Single(_rig.Observer.Holds);
    }

    [Fact]
    public void A_budget_that_lets_one_go_at_a_time_is_told_when_it_begins_to_hold_and_when_it_lets_the_last_one_go()
    {
        _rig.Cluster.AddDeployment(_rig.Pod("web") with { Node = null }, 3, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "2");

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300));

        Assert.Equal(0, Assert.Single(_rig.Observer.Holds).Numbers!.DisruptionsAllowed);
        Assert.Equal(2, _rig.Observer.Told.Count(told => told.StartsWith("held ", StringComparison.Ordinal)));
        Assert.Single(_rig.Observer.Told, "released by default/web");
        Assert.Equal(_rig.Observer.Told.FindLastIndex(told => told.StartsWith("evicted ", StringComparison.Ordinal)) + 1, _rig.Observer.Told.IndexOf("released by default/web"));
    }

    [Fact]
    public void Without_the_right_to_watch_budgets_it_falls_back_on_asking_again()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(403, "poddisruptionbudgets.policy is forbidden: User \"drainer\" cannot watch resource")) { Resource = "poddisruptionbudgets", Group = "node-drainer" });
        _rig.After(20, () => _rig.Ask("DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web"));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300));

        Assert.Single(_rig.Asked, "watch poddisruptionbudgets");
        Assert.Equal(new BudgetHold("default/web", _rig.Observer.Holds[0].Pods, null), Assert.Single(_rig.Observer.Holds));
    }

    [Fact]
    public void A_pod_under_two_budgets_is_held_as_by_one_and_both_are_named()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "0");
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "0", name: "also");
        _rig.After(30, () => _rig.Ask("DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/also"));

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300)).Report;

        Assert.Equal(["default/also", "default/web"], _rig.Observer.Holds.Select(hold => hold.Budget).Distinct().Order());
        Assert.InRange(Assert.Single(report.Evicted).AcceptedAt!.Value - report.StartedAt, TimeSpan.FromSeconds(29.9), TimeSpan.FromSeconds(31));
    }
}
