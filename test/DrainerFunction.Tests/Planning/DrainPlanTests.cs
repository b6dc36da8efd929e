using DrainerFunction.Builders;
using DrainerFunction.Interruptions;
using k8s.Models;
using static DrainerFunction.Builders.Pods;

namespace DrainerFunction.Planning;

public sealed class DrainPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly PodRequestStates _facts = new();

    [Fact]
    public void A_node_without_pods_is_drained() => Assert.True(Plan([]).IsComplete);

    [Fact]
    public void Pods_that_stay_keep_no_drain_waiting() =>
        Assert.True(Plan([Pod("a").Mirror(), Pod("b").OwnedBy("DaemonSet"), Pod("c").In("Succeeded")]).IsComplete);

    [Fact]
    public void A_terminating_pod_keeps_it_waiting() => Assert.False(Plan([Pod().Terminating(Now)]).IsComplete);

    [Fact]
    public void Critical_pods_wait_for_the_others()
    {
        var plan = Plan([Pod("dns").Critical(), Pod("web")]);

        Assert.IsType<Disposition.Evict>(Of("web", plan));
        Assert.Equal(new Disposition.Await("evicted last", Now.AddSeconds(85)), Of("dns", plan));
        Assert.Equal(Now.AddSeconds(85), plan.ChangesAt);
    }

    [Theory]
    [InlineData(1_999_999_999, typeof(Disposition.Evict))]
    [InlineData(2_000_000_000, typeof(Disposition.Await))]
    public void A_priority_in_the_systems_own_range_is_critical_too(int priority, Type expected) =>
        Assert.IsType(expected, Of("dns", Plan([Pod("dns").With(pod => pod.Spec.Priority = priority), Pod("web")])));

    [Fact]
    public void They_go_once_nobody_else_is_left() =>
        Assert.IsType<Disposition.Evict>(Of("dns", Plan([Pod("dns").Critical(), Pod("job").In("Succeeded")])));

    [Fact]
    public void They_go_in_time_for_the_deadline_even_if_others_are_left() =>
        Assert.Equal(new Disposition.Evict(null), Of("dns", Plan([Pod("dns").Critical(), Pod("web").Terminating(Now)], Machine(Now.AddSeconds(35)))));

    [Fact]
    public void They_do_not_wait_for_a_pod_that_is_stuck() =>
        Assert.IsType<Disposition.Evict>(Of("dns", Plan([Pod("dns").Critical(), Pod("web").Terminating(Now.AddSeconds(-61))], Soft(Now.AddHours(1)))));

    [Fact]
    public void DaemonSet_pods_that_are_to_go_go_after_the_critical_ones()
    {
        var rules = new DrainRules { IgnoreDaemonSets = false };
        V1Pod[] pods = [Pod("cni").OwnedBy("DaemonSet").Critical(), Pod("dns").Critical()];

        Assert.IsType<Disposition.Evict>(Of("dns", Plan(pods, rules: rules)));
        Assert.IsType<Disposition.Await>(Of("cni", Plan(pods, rules: rules)));
        Assert.IsType<Disposition.Evict>(Of("cni", Plan([pods[0]], rules: rules)));
    }

    [Fact]
    public void It_changes_when_the_first_of_its_pods_does()
    {
        _facts["uid-held"] = new() { Reply = PodReply.Refused, NextTry = Now.AddSeconds(7), Refusals = 1 };

        Assert.Equal(Now.AddSeconds(7), Plan([Pod("held"), Pod("going").Terminating(Now.AddSeconds(30))]).ChangesAt);
    }

    [Fact]
    public void They_do_not_wait_for_the_others_on_a_machine_that_is_going() =>
        Assert.IsType<Disposition.Evict>(Of("dns", Plan([Pod("dns").Critical(), Pod("web")], Bounds.Of(new Bound.Going(Now.AddHours(1), Now)))));

    [Fact]
    public void A_complete_plan_never_changes_by_itself() =>
        Assert.Null(Plan([Pod().Mirror()]).ChangesAt);

    [Fact]
    public void The_ends_of_the_calendar_are_deadlines_like_others()
    {
        Assert.IsType<Disposition.Evict>(Of("web", Plan([Pod()], Machine(DateTimeOffset.MinValue))));
        Assert.IsType<Disposition.Evict>(Of("web", Plan([Pod()], Soft(DateTimeOffset.MaxValue))));
    }

    private DrainPlan Plan(V1Pod[] pods, Bounds? bounds = null, DrainRules? rules = null) =>
        DrainPlan.For(pods, _facts, bounds ?? Machine(Now.AddSeconds(120)), Now, rules ?? new());

    private static Bounds Machine(DateTimeOffset at) => Bounds.Of(new Bound.Machine(at, Now));

    private static Bounds Soft(DateTimeOffset at) => Bounds.Of(new Bound.Soft(at, Now));

    private static Disposition Of(string name, DrainPlan plan) => plan.Pods.Single(planned => planned.Pod.Metadata.Name == name).Disposition;
}
