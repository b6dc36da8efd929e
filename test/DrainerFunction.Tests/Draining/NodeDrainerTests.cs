using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Fakes;
using DrainerFunction.Planning;

namespace DrainerFunction.Draining;

public sealed class NodeDrainerTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 5)]
    [InlineData(14, 18)]
    [InlineData(110, 114)]
    public void A_node_with_no_budget_in_the_way_costs_one_request_a_pod_and_four_more(int pods, int requests)
    {
        for (var pod = 0; pod < pods; pod++)
        {
            _rig.Cluster.AddPod(_rig.Pod($"web-{pod}"));
        }

        _rig.Cluster.AddPod(_rig.Pod("static") with { IsMirror = true });
        _rig.Cluster.AddDaemonSet(new("proxy"));

        var drained = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.Equal(requests, _rig.Asked.Count);
        Assert.Equal(pods, drained.Report.Evicted.Count());
        Assert.Equal(pods, drained.Report.Pods.Count(pod => pod.GoneAt is not null));
        Assert.Equal(2, drained.Report.Left.Count());
        Assert.Equal(requests - 2, drained.Report.RequestsSent);
        Assert.Equal(0, drained.Report.Retries);
    }

    [Fact]
    public void It_ends_when_the_last_pod_is_gone_and_not_before()
    {
        _rig.Cluster.AddPod(_rig.Pod("quick") with { StopsIn = TimeSpan.FromSeconds(1) });
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(20) });

        var report = _rig.Drain(120).Report;

        Assert.InRange(report.TimeUsed, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20.1));
        Assert.Equal(report.EndedAt, report.LastPodGone);
        Assert.Empty(_rig.PodsLeft);
    }

    [Fact]
    public void A_pod_held_by_its_budget_is_evicted_the_moment_the_budget_frees_up()
    {
        // Both replicas run here and one must stay: the second may only go once the first one's successor is ready.
        _rig.Cluster.AddDeployment(_rig.Pod("web") with { Node = null, StartsIn = TimeSpan.FromSeconds(7.3) }, 2, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "2");
        _rig.After(25, () => _rig.Ask("PATCH", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web", """{"spec":{"minAvailable":1}}"""));

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(300)).Report;

        var accepted = report.Evicted.Select(pod => pod.AcceptedAt!.Value - report.StartedAt).Order().ToArray();
        Assert.InRange(accepted[0], TimeSpan.FromSeconds(25) - TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(26));
        Assert.InRange(accepted[1] - accepted[0], TimeSpan.FromSeconds(7.3), TimeSpan.FromSeconds(8.3));
        Assert.Single(_rig.Asked, "watch poddisruptionbudgets");
    }

    [Fact]
    public void Where_more_pods_wait_than_may_be_asked_at_once_those_with_the_longest_grace_period_do_not_wait_for_the_others()
    {
        foreach (var number in Enumerable.Range(10, 50))
        {
            _rig.Cluster.AddPod(_rig.Pod($"web-{number}") with { StopsIn = TimeSpan.FromSeconds(1) });
        }

        _rig.Cluster.AddPod(_rig.Pod("zeta") with { GracePeriod = TimeSpan.FromSeconds(100), StopsIn = TimeSpan.FromSeconds(1) });

        _rig.Drain(120);

        Assert.Equal(RequestPools.Slots, _rig.Cluster.Api.Requests.Where(one => one.Resource == "pods/eviction").ToList().FindIndex(one => one.Name == "zeta"));
    }

    [Fact]
    public void A_pod_still_held_at_its_turn_is_deleted_with_all_its_grace()
    {
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null, StopsIn = TimeSpan.FromSeconds(2) }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        var deleted = Assert.Single(report.Deleted);
        Assert.Equal(("web", false), (deleted.BypassedObstacle, deleted.GraceWasCut));
        Assert.Equal(["default/web"], report.BypassedObstacles);
        Assert.InRange(deleted.AcceptedAt!.Value - report.StartedAt, TimeSpan.FromSeconds(85) - TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(85.1));
        Assert.Contains(_rig.Observer.Told, told => told.StartsWith("deleted web", StringComparison.Ordinal) && told.EndsWith(" past web", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_a_hard_deadline_or_if_the_operator_forbids_it_nothing_is_deleted(bool isHard, bool force)
    {
        _rig.Options = new() { ForceBeforeDeadline = force };
        _rig.Cluster.AddReplicaSet(_rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        var report = Assert.IsType<DrainOutcome.BoundReached>(_rig.Drain(120, isHard)).Report;

        Assert.DoesNotContain("delete pods", _rig.Asked);
        Assert.Equal("web", Assert.Single(report.Remaining).HeldBy);
        Assert.InRange(report.TimeLeft, TimeSpan.FromSeconds(-0.1), TimeSpan.Zero);
    }

    [Fact]
    public void A_webhook_that_refuses_is_named_once_and_asked_again()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.Api.Webhooks.Add(new("guard.example", (target, _) => target.Subresource == "eviction" ? "not now" : null));
        _rig.After(20, () => _rig.Cluster.Api.Webhooks.Remove("guard.example"));

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.Single(_rig.Observer.Told, "refused web by guard.example");
        Assert.DoesNotContain("delete pods", _rig.Asked);
    }

    [Fact]
    public void A_long_grace_period_is_cut_to_what_is_left_in_the_eviction_itself()
    {
        _rig.Cluster.AddPod(_rig.Pod("patient") with { GracePeriod = TimeSpan.FromSeconds(600), StopsIn = TimeSpan.FromSeconds(500) });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.True(Assert.Single(report.GraceCut).WasAccepted);
        Assert.Contains("evicted patient 114", _rig.Observer.Told);
    }

    [Fact]
    public void A_pod_that_comes_late_is_seen_and_evicted()
    {
        _rig.Cluster.AddPod(_rig.Pod("first") with { StopsIn = TimeSpan.FromSeconds(10) });
        _rig.After(3, () => _rig.Cluster.AddPod(_rig.Pod("late")));

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(["first", "late"], report.Evicted.Select(pod => pod.Name.Name).Order());
        Assert.Single(_rig.Asked, "list pods");
    }

    [Fact]
    public void What_tolerates_the_cordon_and_comes_back_is_named_once_and_left()
    {
        _rig.Cluster.AddNode(new("i-c", "c", "eu-central-1a", "blue", "node-c"), node => node["spec"]!["unschedulable"] = true);
        _rig.Ask("PATCH", "/api/v1/nodes/node-b", """{"spec":{"taints":[{"key":"no","effect":"NoExecute"}]}}""");
        _rig.Cluster.AddReplicaSet(_rig.Pod("agent") with { Node = null, ToleratesEverything = true }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddPod(_rig.Pod("slow") with { StopsIn = TimeSpan.FromSeconds(25) });

        // The API server stamps whole seconds: what is to count as older must be older than that.
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3), _rig.Time, TestContext.Current.CancellationToken);
            return 0;
        });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(2, report.Evicted.Count());
        Assert.True(report.Left.Count() <= 1);
        Assert.Equal(report.Left.Count(), _rig.Observer.Told.Count(told => told.StartsWith("left agent", StringComparison.Ordinal)));
    }

    [Fact]
    public void Critical_pods_are_asked_last()
    {
        _rig.Cluster.AddPod(_rig.Pod("dns") with { PriorityClass = "system-cluster-critical" });
        _rig.Cluster.AddPod(_rig.Pod("web") with { StopsIn = TimeSpan.FromSeconds(12) });

        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120));

        Assert.Equal(["evicted web", "gone web", "evicted dns", "gone dns"], _rig.Observer.Told);
    }

    [Fact]
    public void An_eviction_meets_only_the_pod_that_was_seen()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        var seen = _rig.Cluster.Pod("default", "web")!["metadata"]!["uid"]!.GetValue<string>();
        _rig.Ask("DELETE", "/api/v1/namespaces/default/pods/web?gracePeriodSeconds=0");
        _rig.Cluster.AddPod(_rig.Pod("web"));

        var reply = _rig.Run(() => _rig.Api.EvictAsync(new("default", "web", seen), null, TestContext.Current.CancellationToken));

        Assert.IsType<EvictionReply.Gone>(reply);
        Assert.NotNull(_rig.Cluster.Pod("default", "web"));
    }

    [Fact]
    public void A_machine_that_is_off_is_asked_for_each_pod_past_a_refusal_and_none_is_waited_for()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));
        _rig.Cluster.AddPod(_rig.Pod("dns") with { PriorityClass = "system-cluster-critical" });
        _rig.Cluster.AddReplicaSet(_rig.Pod("held") with { Node = null }, 1, ClusterRig.NodeName);
        _rig.Cluster.AddDisruptionBudget("held", minAvailable: "1");

        var report = Assert.IsType<DrainOutcome.MachineGone>(_rig.Drain(_rig.Going(_rig.Now.AddSeconds(600)), askOnce: true, TestContext.Current.CancellationToken)).Report;

        Assert.Equal(["get nodes", "patch nodes", "list pods", "create pods/eviction", "create pods/eviction", "create pods/eviction", "delete pods"], _rig.Asked);
        Assert.InRange(report.TimeUsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.Contains("default/web", report.Outlived, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_writes_nothing_and_says_what_it_would_do()
    {
        _rig.IsReadOnly = true;
        _rig.Cluster.AddPod(_rig.Pod("web"));

        var planned = Assert.IsType<DrainOutcome.OnlyPlanned>(_rig.Drain(120));

        Assert.IsType<Disposition.Evict>(Assert.Single(planned.Report.Pods).Disposition);
        Assert.Equal(["get nodes", "list pods"], _rig.Asked);
    }

    [Fact]
    public void The_plan_of_a_node_is_one_list()
    {
        _rig.Cluster.AddPod(_rig.Pod("web"));

        var plan = _rig.Run(() => _rig.Drainer.PlanAsync(_rig.Target, _rig.Node(), _rig.Machine(_rig.Now.AddSeconds(20)), _rig.Options, TestContext.Current.CancellationToken));

        Assert.Equal(new Disposition.Evict(TimeSpan.FromSeconds(14)), Assert.Single(plan.Pods).Disposition);
        Assert.Equal(["list pods"], _rig.Asked);
    }
}
