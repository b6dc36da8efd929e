using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

public sealed class BudgetWatchTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Fact]
    public void A_budget_that_was_deleted_while_nobody_watched_holds_nothing_back_any_more()
    {
        HoldTwice();
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(10)), Times: 1) { Verb = "watch", Resource = "poddisruptionbudgets", Group = "node-drainer" });
        DeleteAlsoOnceTheWatchHasEnded();
        _rig.After(60.3, FreeWeb);
        var freed = _rig.Now.AddSeconds(60.3);

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false));

        Assert.InRange(_rig.AskedAt("create", "pods/eviction").First(at => at >= freed) - freed, TimeSpan.Zero, TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public void A_watch_that_ends_at_once_again_and_again_is_opened_more_and_more_seldom()
    {
        HoldTwice();
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.Zero)) { Verb = "watch", Resource = "poddisruptionbudgets", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(120, machineGoes: false));

        Assert.InRange(_rig.Asked.Count(one => one == "watch poddisruptionbudgets"), 8, 26);
    }

    [Fact]
    public void A_watch_that_lasted_is_opened_again_within_a_second_or_so()
    {
        HoldTwice();
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(20))) { Verb = "watch", Resource = "poddisruptionbudgets", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(120, machineGoes: false));

        var opened = _rig.AskedAt("watch", "poddisruptionbudgets").ToList();
        Assert.All(opened.Zip(opened.Skip(1)), two => Assert.InRange(two.Second - two.First, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21.5)));
    }

    public void Dispose() => _rig.Dispose();

    private void HoldTwice()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1", name: "also");
    }

    private void DeleteAlsoOnceTheWatchHasEnded() =>
        _rig.After(10.3, () => _rig.Ask("DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/also"));

    private void FreeWeb() => _rig.Ask("PATCH", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web", """{"spec":{"minAvailable":0}}""");
}
