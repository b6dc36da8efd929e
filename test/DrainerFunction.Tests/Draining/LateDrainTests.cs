using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>A drain that begins when its bound has passed already: after a backlog, a kill, or for a machine that hibernates at once.</summary>
public sealed class LateDrainTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Fact]
    public void Every_pod_is_asked_with_the_shortest_grace_period_and_nobody_is_waited_for()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { GracePeriod = TimeSpan.FromSeconds(30), StopsIn = TimeSpan.FromSeconds(25) });

        var report = Assert.IsType<DrainOutcome.BoundReached>(Late(machineGoes: true)).Report;

        Assert.True(report.PodsWereListed);
        Assert.Equal(["evicted slow 1"], _rig.Observer.Told);
        Assert.InRange(report.TimeUsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_node_that_is_empty_already_is_drained_and_no_deadline_was_missed() => Assert.IsType<DrainOutcome.Drained>(Late(machineGoes: true));

    [Fact]
    public void A_budget_that_refuses_is_passed_when_the_machine_surely_goes()
    {
        Hold();

        var report = Assert.IsType<DrainOutcome.BoundReached>(Late(machineGoes: true)).Report;

        Assert.Equal(["default/web"], report.BypassedObstacles);
        Assert.DoesNotContain("watch poddisruptionbudgets", _rig.Asked);
    }

    [Fact]
    public void A_budget_that_refuses_is_respected_when_the_bound_was_only_ours()
    {
        Hold();

        Assert.Equal("web", Assert.Single(Assert.IsType<DrainOutcome.BoundReached>(Late(machineGoes: false)).Report.Remaining).HeldBy);
        Assert.DoesNotContain("delete pods", _rig.Asked);
    }

    [Fact]
    public void Pods_that_cannot_be_listed_are_not_said_to_be_known()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(503, "down")) { Verb = "list", Resource = "pods" });

        Assert.False(Assert.IsType<DrainOutcome.BoundReached>(Late(machineGoes: true)).Report.PodsWereListed);
    }

    public void Dispose() => _rig.Dispose();

    private DrainOutcome Late(bool machineGoes)
    {
        var passed = _rig.Now.AddSeconds(-15);
        return _rig.Drain(machineGoes ? _rig.Machine(passed) : _rig.Soft(passed), TestContext.Current.CancellationToken);
    }

    private void Hold()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
    }
}
