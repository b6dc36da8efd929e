using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>Time that runs out, and a cluster that does not answer as it should.</summary>
public sealed class DrainInTroubleTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_invocation_whose_time_is_spent_says_what_it_knows()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(25) });
        using var spent = new CancellationTokenSource(TimeSpan.FromSeconds(10), _rig.Time);

        var report = Assert.IsType<DrainOutcome.OutOfTime>(_rig.Drain(_rig.Machine(_rig.Now.AddSeconds(120)), spent.Token)).Report;

        Assert.True(report.PodsWereListed);
        Assert.Equal("slow", Assert.Single(report.Remaining).Name.Name);
        Assert.Equal(1, report.Pods[0].Requests);
        Assert.Equal(0, _rig.Cluster.Watches.Open);
    }

    [Fact]
    public void Whoever_cancels_gets_an_exception_and_no_outcome()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(25) });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(10), _rig.Time);
        var order = new DrainOrder { Target = _rig.Target, Cordon = _rig.Cordon(_rig.Machine(_rig.Now.AddSeconds(120))), Bounds = _rig.Machine(_rig.Now.AddSeconds(120)), Settings = _rig.Options };

        Assert.ThrowsAny<OperationCanceledException>(() => _rig.Run(() => _rig.Drainer.DrainAsync(order, TestContext.Current.CancellationToken, stop.Token)));
    }

    [Fact]
    public void A_pod_that_outlasts_the_deadline_is_reported_as_remaining()
    {
        _rig.Cluster.AddPod(_rig.Pod("slow") with { GracePeriod = TimeSpan.FromSeconds(30), StopsIn = TimeSpan.FromSeconds(25) });

        var report = Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(20, machineGoes: false)).Report;

        Assert.Equal("slow", Assert.Single(report.Remaining).Name.Name);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(300)]
    [InlineData(7 * 24 * 3600)]
    public void A_budget_holds_a_pod_of_any_grace_until_the_last_minutes_of_a_hook(int grace)
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null, GracePeriod = TimeSpan.FromSeconds(grace) }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(_rig.Hook(_rig.Now.AddHours(1)), TestContext.Current.CancellationToken)).Report;

        var turn = TimeSpan.FromSeconds(3600 - 5 - Math.Min(grace, 120));
        var deleted = Assert.Single(report.Deleted);
        Assert.InRange(deleted.AcceptedAt!.Value - report.StartedAt, turn - TimeSpan.FromSeconds(0.1), turn + TimeSpan.FromSeconds(0.1));
        Assert.False(deleted.GraceWasCut);
    }

    [Fact]
    public void An_opt_out_holds_until_its_turn_before_a_hook_ends()
    {
        _rig.Cluster.AddPod(_rig.Pod("job") with { Annotations = new Dictionary<string, string> { ["karpenter.sh/do-not-disrupt"] = "true" } });
        var start = _rig.Now;

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(_rig.Hook(start.AddSeconds(300)), TestContext.Current.CancellationToken)).Report;

        Assert.InRange(Assert.Single(report.Evicted).AcceptedAt!.Value - start, TimeSpan.FromSeconds(265), TimeSpan.FromSeconds(265.1));
    }

    [Fact]
    public void Pods_that_could_not_be_listed_are_not_said_to_be_gone()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(503, "down")) { Verb = "list", Resource = "pods" });

        var report = Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(60)).Report;

        Assert.False(report.PodsWereListed);
        Assert.Empty(report.Pods);
        Assert.Contains("503", report.Trouble, StringComparison.Ordinal);
        Assert.InRange(_rig.Asked.Count(one => one == "list pods"), 25, 32);
    }

    [Fact]
    public void A_cluster_that_comes_back_is_drained_after_all()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.Faults.Add(new(new Fault.ResetBefore(), Times: 4) { Verb = "list", Resource = "pods", Group = "node-drainer" });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(60));
    }

    [Fact]
    public void An_overloaded_server_slows_down_everything_and_not_one_pod()
    {
        for (var pod = 0; pod < 100; pod++)
        {
            _rig.Cluster.AddPod(_rig.Pod($"web-{pod}"));
        }

        _rig.Cluster.Faults.Add(new(new Fault.TooManyRequests(TimeSpan.FromSeconds(5)), Nth: 3, Times: 1) { Resource = "pods/eviction", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120, machineGoes: false)).Report;

        var start = _rig.AskedAt("create", "pods/eviction").Min();
        // As many as were under way, and two that took the places of answers that came before the refusal.
        Assert.Equal(34, _rig.AskedAt("create", "pods/eviction").Count(at => at < start.AddSeconds(5)));
        Assert.Equal(101, _rig.AskedAt("create", "pods/eviction").Count());
        Assert.Equal(1, report.Retries);
        Assert.Equal(100, report.Evicted.Count());
    }

    [Fact]
    public void An_eviction_that_failed_is_sent_again()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(500, "etcd"), Times: 2) { Resource = "pods/eviction", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(3, _rig.Asked.Count(one => one == "create pods/eviction"));
        Assert.Equal(2, report.Retries);
        Assert.InRange(report.TimeUsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_all_pods_of_a_node_meet_is_told_once_and_not_once_for_each()
    {
        for (var pod = 0; pod < 50; pod++)
        {
            _rig.Cluster.AddPod(_rig.Pod($"web-{pod}"));
        }

        _rig.Cluster.Faults.Add(new(new Fault.ServerError(500, "etcd"), Times: 150) { Resource = "pods/eviction", Group = "node-drainer" });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300)).Report;

        Assert.Single(_rig.Observer.Told, told => told.StartsWith("trouble", StringComparison.Ordinal));
        Assert.Null(report.Trouble);
    }

    [Theory]
    [InlineData(922_337_203_685)]
    [InlineData(long.MaxValue)]
    public void A_grace_period_that_nobody_will_see_the_end_of_stops_no_drain(long seconds)
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Ask("PATCH", "/api/v1/namespaces/default/pods/web", $$$"""{"spec":{"terminationGracePeriodSeconds":{{{seconds}}}}}""");

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.True(Assert.Single(report.Evicted).GraceWasCut);
    }
}
