using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>Pods that do not end: kubelets that hang and die, and objects that stay.</summary>
public sealed class StuckDrainTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Fact]
    public void A_kubelet_that_hangs_for_four_minutes_costs_no_hook()
    {
        Add("web");
        Kubelets.HangKubelet(ClusterRig.NodeName);
        _rig.After(240, () => Kubelets.ReviveKubelet(ClusterRig.NodeName));

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.Empty(report.Stuck);
        Assert.InRange(report.TimeUsed.TotalSeconds, 240, 243);
        Assert.Single(_rig.Observer.Told, "stuck web: its containers may still run, and the node's kubelet has not stopped them");
    }

    [Fact]
    public void One_that_hangs_on_is_waited_for_until_the_last_resort_of_the_hook()
    {
        Add("web");
        Kubelets.HangKubelet(ClusterRig.NodeName);

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.Equal("web", Assert.Single(report.Stuck).Name.Name);
        Assert.InRange(report.TimeUsed.TotalSeconds, 3474, 3476);
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("going")]
    [InlineData("soft")]
    public void A_pod_that_may_run_when_a_bound_ends_that_no_answer_moves_is_reported_as_remaining(string kind)
    {
        Add("web");
        Kubelets.HangKubelet(ClusterRig.NodeName);
        var end = _rig.Now.AddSeconds(150);

        var report = Assert.IsType<DrainOutcome.BoundReached>(Drain(kind switch
        {
            "machine" => _rig.Machine(end),
            "going" => _rig.Going(end),
            _ => _rig.Soft(end),
        })).Report;

        Assert.Equal("web", Assert.Single(report.Remaining).Name.Name);
        Assert.Single(report.Stuck);
    }

    [Fact]
    public void A_dead_kubelet_is_given_five_minutes_from_when_its_node_turned_NotReady()
    {
        Add("web");
        Kubelets.KillKubelet(ClusterRig.NodeName);

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.Equal("web", Assert.Single(report.Stuck).Name.Name);
        Assert.InRange(report.TimeUsed.TotalSeconds, 339, 341);
    }

    [Fact]
    public void Its_machine_may_have_been_dead_long_before()
    {
        Add("web");
        _rig.World.Machines.Announce(new(_rig.Computer, MachinePower.Off));
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(20), _rig.Time, TestContext.Current.CancellationToken);
            return 0;
        });

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(_rig.Hook(_rig.Now.AddHours(1)))).Report;

        Assert.Single(report.Stuck);
        Assert.InRange(report.TimeUsed.TotalSeconds, 0, 71);
    }

    [Fact]
    public void A_plan_and_the_sweep_know_that_nothing_is_left_to_do_on_it()
    {
        Add("web");
        Kubelets.KillKubelet(ClusterRig.NodeName);
        _rig.Ask("DELETE", "/api/v1/namespaces/default/pods/web");
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(6), _rig.Time, TestContext.Current.CancellationToken);
            return 0;
        });

        Assert.True(_rig.Run(() => _rig.Drainer.PlanAsync(_rig.Target, _rig.Node(), Hook, _rig.Options, TestContext.Current.CancellationToken)).IsComplete);
    }

    [Fact]
    public void A_node_that_turns_Ready_again_is_given_its_time_anew()
    {
        Add("web");
        Kubelets.KillKubelet(ClusterRig.NodeName);
        _rig.After(200, () => Kubelets.ReviveKubelet(ClusterRig.NodeName));

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.Empty(report.Stuck);
        Assert.InRange(report.TimeUsed.TotalSeconds, 200, 203);
    }

    [Fact]
    public void The_node_is_looked_at_once_and_then_watched()
    {
        Add("web");
        Add("db");
        Kubelets.HangKubelet(ClusterRig.NodeName);
        _rig.After(240, () => Kubelets.ReviveKubelet(ClusterRig.NodeName));

        Drain(Hook);

        // The finder has read it before.
        Assert.Equal((1, 1), (_rig.Asked.Count(one => one == "get nodes"), _rig.Asked.Count(one => one == "watch nodes")));
    }

    [Fact]
    public void A_look_for_the_node_that_failed_is_made_again()
    {
        Add("web");
        Kubelets.KillKubelet(ClusterRig.NodeName);
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(503, "busy"), Nth: 2, Times: 4) { Verb = "get", Resource = "nodes", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.InRange(report.TimeUsed.TotalSeconds, 339, 341);
        Assert.Null(report.Trouble);
    }

    [Fact]
    public void A_node_that_is_removed_while_it_is_watched_is_gone()
    {
        Add("web");
        Kubelets.HangKubelet(ClusterRig.NodeName);
        _rig.After(200, () => _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}"));

        Assert.IsType<DrainOutcome.NodeGone>(Drain(Hook));

        Assert.InRange((_rig.Now - _rig.Start).TotalSeconds, 200, 201);
    }

    [Theory]
    [InlineData("hook")]
    [InlineData("soft")]
    [InlineData("machine")]
    public void What_only_a_finalizer_keeps_is_left_after_a_minute_and_named_with_it(string kind)
    {
        _rig.Cluster.AddPod(_rig.Pod("kept") with { Finalizers = ["example.com/keep"], GracePeriod = TimeSpan.FromSeconds(5) });

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(kind switch
        {
            "hook" => Hook,
            "soft" => _rig.Soft(_rig.Now.AddHours(1)),
            _ => _rig.Machine(_rig.Now.AddSeconds(120)),
        })).Report;

        Assert.Equal("kept", Assert.Single(report.Stuck).Name.Name);
        Assert.InRange(report.TimeUsed.TotalSeconds, 59, 67);
        Assert.Single(_rig.Observer.Told, "stuck kept: its containers have ended, and its finalizers remain: example.com/keep");
    }

    [Fact]
    public void A_volume_of_a_pod_that_may_still_run_is_not_waited_for()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { GracePeriod = TimeSpan.FromSeconds(10), Claims = ["data"] });
        Kubelets.KillKubelet(ClusterRig.NodeName);

        var report = Assert.IsType<DrainOutcome.Drained>(Drain(Hook)).Report;

        Assert.Equal((0, 0), (report.VolumesStillAttached, (int)report.VolumesWaited.TotalSeconds));
    }

    public void Dispose() => _rig.Dispose();

    private DrainOutcome Drain(Bounds bounds) => _rig.Drain(bounds, TestContext.Current.CancellationToken);

    private Bounds Hook => _rig.Hook(_rig.Now.AddHours(1));

    private NodeAvailability Kubelets => _rig.Cluster.NodeAvailability;

    private void Add(string name) => _rig.Cluster.AddPod(_rig.Pod(name) with { GracePeriod = TimeSpan.FromSeconds(10) });
}
