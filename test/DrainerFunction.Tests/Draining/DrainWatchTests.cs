using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>The watch that a drain lives by: it ends, falls silent, is too old.</summary>
public sealed class DrainWatchTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_eviction_whose_answer_was_lost_is_known_by_the_watch()
    {
        _rig.Cluster.AddPod(_rig.Pod("web") with { StopsIn = TimeSpan.FromSeconds(20) });
        _rig.Cluster.Faults.Add(new(new Fault.ResetAfter(), Times: 1) { Resource = "pods/eviction", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.Single(_rig.Asked, "create pods/eviction");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_eviction_counts_by_what_the_watch_shows_however_many_answers_were_lost(int lost)
    {
        _rig.Cluster.AddPod(_rig.Pod("web") with { GracePeriod = TimeSpan.FromSeconds(400), StopsIn = TimeSpan.FromSeconds(20) });
        _rig.Cluster.Faults.Add(new(new Fault.ResetAfter(), Times: lost) { Resource = "pods/eviction", Group = "node-drainer" });
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(503, "busy"), Times: 2) { Verb = "watch", Resource = "pods", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.True(Assert.Single(report.Evicted).GraceWasCut);
    }

    [Fact]
    public void A_delete_whose_answer_was_lost_counts_as_one_past_its_budget()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _rig.Cluster.Faults.Add(new(new Fault.ResetAfter(), Times: 1) { Verb = "delete", Resource = "pods", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(["default/web"], report.BypassedObstacles);
        Assert.Empty(report.Evicted);
    }

    [Fact]
    public void A_pod_that_a_budget_refused_after_a_lost_answer_is_not_said_to_be_evicted_by_us_when_it_ends_by_itself()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _rig.Cluster.Faults.Add(new(new Fault.ResetBefore(), Times: 1) { Resource = "pods/eviction", Group = "node-drainer" });
        _rig.After(60, () => _rig.Ask("DELETE", $"/api/v1/namespaces/default/pods/{Assert.Single(_rig.PodsLeft)}?gracePeriodSeconds=0"));

        Assert.Empty(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes: false)).Report.Evicted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pod_that_was_bound_before_the_cordon_and_lands_after_it_is_evicted_from_a_node_that_was_found_empty(bool machineGoes)
    {
        _rig.After(0.7, () => _rig.Cluster.AddPod(_rig.Pod("late")));

        Assert.Single(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600, machineGoes)).Report.Evicted);
    }

    [Fact]
    public void A_pod_that_lands_after_the_only_pod_of_the_node_has_ended_is_evicted_too()
    {
        _rig.Cluster.AddPod(_rig.Pod("web") with { StopsIn = TimeSpan.FromSeconds(0.1) });
        _rig.After(0.7, () => _rig.Cluster.AddPod(_rig.Pod("late")));

        Assert.Equal(2, Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600)).Report.Evicted.Count());
    }

    [Fact]
    public void A_node_that_was_found_empty_costs_no_request_more_for_the_second_in_which_a_pod_may_still_land()
    {
        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600));

        Assert.Equal(["get nodes", "patch nodes", "list pods", "watch pods"], _rig.Asked);
    }

    [Fact]
    public void A_watch_that_ends_goes_on_where_it_ended()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(25) });
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(5)), Times: 2) { Verb = "watch", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.Single(_rig.Asked, "list pods");
        Assert.Equal(3, _rig.Asked.Count(one => one == "watch pods"));
    }

    [Fact]
    public void A_watch_that_ends_at_once_again_and_again_is_not_a_busy_loop()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(25) });
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.Zero)) { Verb = "watch", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.InRange(_rig.Asked.Count(one => one == "watch pods"), 3, 17);
    }

    // As client-go does where a watch "lasted less than a second and no items received", and after any ERROR event.
    [Theory]
    [InlineData(null)]
    [InlineData(500)]
    [InlineData(504)]
    public void A_watch_that_fails_again_and_again_without_a_word_about_the_pods_is_replaced_by_lists(int? status)
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { GracePeriod = TimeSpan.FromSeconds(60), StopsIn = TimeSpan.FromSeconds(25) });
        _rig.Cluster.Faults.Add(new(new Fault.FailedWatch(status, "Internal error occurred: unable to decode")) { Verb = "watch", Resource = "pods", Group = "node-drainer" });

        Assert.InRange(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report.TimeUsed, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(36));

        Assert.InRange(_rig.Asked.Count(one => one == "list pods"), 3, 20);
    }

    // A node's own version is that of its last change; the kubelet of an idle one writes every five minutes, and etcd is compacted as often.
    [Fact]
    public void A_node_that_has_not_changed_for_longer_than_the_server_remembers_is_watched_after_one_list()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(10)), Times: 1) { Verb = "watch", Resource = "nodes", Group = "node-drainer" });
        _rig.After(5, _rig.Cluster.Store.Compact);

        Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(600, machineGoes: false));

        Assert.Single(_rig.Asked, "list nodes");
        Assert.Equal(3, _rig.Asked.Count(one => one == "watch nodes"));
    }

    [Fact]
    public void A_version_that_is_too_old_is_listed_anew()
    {
        using var rig = new ClusterRig(new() { Name = "blue", HistoryLength = 20 });
        rig.Cluster.AddPod(rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(60), GracePeriod = TimeSpan.FromSeconds(60) });
        rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(5)), Times: 1) { Verb = "watch", Group = "node-drainer" });
        rig.Cluster.Faults.Add(new(new Fault.ServerError(503, "busy"), Nth: 2, Times: 1) { Verb = "watch", Group = "node-drainer" });
        rig.After(5.5, () =>
        {
            for (var change = 0; change < 50; change++)
            {
                rig.Cluster.AddPod(new($"other-{change}") { Node = "node-b" });
            }
        });

        Assert.IsType<DrainOutcome.Drained>(rig.Drain(120));

        Assert.Equal(2, rig.Asked.Count(one => one == "list pods"));
    }

    [Fact]
    public void A_bookmark_keeps_the_place_of_a_quiet_watch_fresh()
    {
        using var rig = new ClusterRig(new() { Name = "blue", HistoryLength = 20 });
        rig.Cluster.AddPod(rig.Pod("patient") with { StopsIn = TimeSpan.FromSeconds(200), GracePeriod = TimeSpan.FromSeconds(300) });
        rig.Cluster.Faults.Add(new(new Fault.ClosedWatch(TimeSpan.FromSeconds(65)), Times: 1) { Verb = "watch", Group = "node-drainer" });
        rig.After(30, () =>
        {
            for (var change = 0; change < 50; change++)
            {
                rig.Cluster.AddPod(new($"other-{change}") { Node = "node-b" });
            }
        });

        Assert.IsType<DrainOutcome.Drained>(rig.Drain(600));

        Assert.Single(rig.Asked, "list pods");
        Assert.Equal(2, rig.Asked.Count(one => one == "watch pods"));
    }

    [Fact]
    public void A_watch_that_has_fallen_silent_is_replaced_by_a_new_list()
    {
        _rig.Cluster.AddPod(_rig.Pod("web") with { GracePeriod = TimeSpan.FromSeconds(60), StopsIn = TimeSpan.FromSeconds(10) });
        _rig.Cluster.Faults.Add(new(new Fault.SilentWatch(TimeSpan.FromSeconds(1)), Times: 1) { Verb = "watch", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300)).Report;

        Assert.Equal(2, _rig.Asked.Count(one => one == "list pods"));
        Assert.InRange(report.TimeUsed, TimeSpan.FromSeconds(85), TimeSpan.FromSeconds(92));
    }

    [Fact]
    public void A_watch_kept_alive_by_bookmarks_alone_is_left_open()
    {
        _rig.Cluster.AddPod(_rig.Pod("patient") with { GracePeriod = TimeSpan.FromSeconds(900), StopsIn = TimeSpan.FromSeconds(800) });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(1000));

        Assert.Equal(["get nodes", "patch nodes", "list pods", "create pods/eviction", "watch pods"], _rig.Asked.Order(StringComparer.Ordinal).OrderBy(one => one switch
        {
            "get nodes" => 0,
            "patch nodes" => 1,
            "list pods" => 2,
            "create pods/eviction" => 3,
            _ => 4,
        }));
    }

    [Fact]
    public void A_node_that_is_removed_under_stuck_pods_is_gone()
    {
        _rig.Cluster.AddPod(_rig.Pod("stuck") with { GracePeriod = TimeSpan.FromSeconds(10) });
        _rig.World.Machines.Announce(new(_rig.Computer, MachinePower.Off));
        _rig.After(50, () => _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}"));

        var gone = _rig.Drain(600, machineGoes: false);

        Assert.IsType<DrainOutcome.NodeGone>(gone);
    }

    [Fact]
    public void Five_hundred_pods_are_one_list_of_the_port_and_one_watch()
    {
        for (var pod = 0; pod < 700; pod++)
        {
            _rig.Cluster.AddPod(_rig.Pod($"web-{pod}"));
        }

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600)).Report;

        Assert.Equal(700, report.Evicted.Count());
        Assert.Equal(700 + 4 + 1, _rig.Asked.Count);
    }
}
