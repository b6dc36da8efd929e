using DrainerFunction.Builders;
using DrainerFunction.Interruptions;
using k8s.Models;
using static DrainerFunction.Builders.Pods;

namespace DrainerFunction.Planning;

/// <summary>A pod that is a minute late for its grace period: what may keep it × who ends the machine.</summary>
public sealed class StuckPodTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly V1ContainerStatus Running = new() { State = new() { Running = new() } };
    private static readonly V1ContainerStatus Ended = new() { State = new() { Terminated = new() } };
    private static readonly V1ContainerStatus Waiting = new() { State = new() { Waiting = new() } };

    private static readonly Dictionary<string, Bound> Bounds = new(StringComparer.Ordinal)
    {
        ["machine"] = new Bound.Machine(Now.AddSeconds(100), Now.AddSeconds(-20)),
        ["going"] = new Bound.Going(Now.AddSeconds(600), Now),
        ["earliest"] = new Bound.Earliest(Now.AddHours(1), Now),
        ["hook"] = new Bound.Hook(Now.AddHours(1), Now, LetsGo: true),
        ["hook that is not continued"] = new Bound.Hook(Now.AddHours(1), Now, LetsGo: false),
        ["soft"] = new Bound.Soft(Now.AddHours(1), Now),
    };

    private static readonly Dictionary<string, Action<V1PodStatus>> Ends = new(StringComparer.Ordinal)
    {
        ["failed"] = status => status.Phase = "Failed",
        ["succeeded"] = status => status.Phase = "Succeeded",
        ["every container terminated"] = status => status.ContainerStatuses = [Ended, Ended],
        ["its sidecar terminated, too"] = status => (status.ContainerStatuses, status.InitContainerStatuses) = ([Ended], [Ended]),
    };

    private static readonly Dictionary<string, Action<V1PodStatus>> MayRun = new(StringComparer.Ordinal)
    {
        ["running"] = status => status.ContainerStatuses = [Running],
        ["without a report"] = status => status.Phase = "Pending",
        ["one of two runs"] = status => status.ContainerStatuses = [Ended, Running],
        ["waits to be started again"] = status => status.ContainerStatuses = [Waiting],
        ["its sidecar runs"] = status => (status.ContainerStatuses, status.InitContainerStatuses) = ([Ended], [Running]),
        ["a container for debugging runs"] = status => (status.ContainerStatuses, status.EphemeralContainerStatuses) = ([Ended], [Running]),
    };

    public static TheoryData<string, string> EndedAndBound => new(Ends.Keys.SelectMany(_ => Bounds.Keys, (what, bound) => (what, bound)));

    public static TheoryData<string, string> RunningAndBound => new(MayRun.Keys.SelectMany(_ => Bounds.Keys, (what, bound) => (what, bound)));

    [Theory]
    [MemberData(nameof(EndedAndBound))]
    public void A_pod_whose_containers_have_ended_is_left(string what, string bound) =>
        Assert.IsType<Disposition.Leave>(Decide(Late(Ends[what]), Bounds[bound]));

    [Theory]
    [MemberData(nameof(RunningAndBound))]
    public void A_pod_whose_containers_may_run_is_waited_for(string what, string bound) =>
        Assert.IsType<Disposition.Await>(Decide(Late(MayRun[what]), Bounds[bound]));

    [Theory]
    [InlineData("machine", null)]
    [InlineData("going", null)]
    [InlineData("earliest", 3475)]
    [InlineData("hook", 3475)]
    [InlineData("hook that is not continued", null)]
    [InlineData("soft", null)]
    public void It_is_waited_for_until_the_last_resort_where_the_function_decides_and_to_the_end_where_not(string bound, int? seconds)
    {
        var pod = Late(MayRun["running"]);
        DateTimeOffset? until = seconds is { } known ? Now.AddSeconds(known) : null;

        Assert.Equal(until, Assert.IsType<Disposition.Await>(Decide(pod, Bounds[bound])).Until);
        Assert.Equal(until is null, Decide(pod, Bounds[bound], until ?? Bounds[bound].At) is Disposition.Await);
    }

    [Theory]
    [InlineData("hook", "soft")]
    [InlineData("soft", "earliest")]
    [InlineData("hook", "machine")]
    public void Of_two_bounds_the_one_that_ends_the_machine_decides(string one, string other)
    {
        DateTimeOffset? until = other is "machine" ? null : Now.AddSeconds(3475);

        Assert.Equal(until, Assert.IsType<Disposition.Await>(Decide(Late(MayRun["running"]), new Bounds([Bounds[one], Bounds[other]]), Now)).Until);
    }

    [Theory]
    [MemberData(nameof(RunningAndBound))]
    public void Once_its_node_has_been_NotReady_for_five_minutes_it_is_left(string what, string bound) =>
        Assert.IsType<Disposition.Leave>(Decide(Late(MayRun[what]), Bounds[bound], notReadySince: Now.AddMinutes(-5)));

    [Fact]
    public void Until_then_the_plan_knows_when_that_is() =>
        Assert.Equal(Now.AddSeconds(1), Assert.IsType<Disposition.Await>(Decide(Late(MayRun["running"]), Bounds["hook"], notReadySince: Now.AddSeconds(-299))).Until);

    [Fact]
    public void A_pod_on_a_lost_node_that_is_not_late_yet_is_waited_for() =>
        Assert.Equal("terminating", Assert.IsType<Disposition.Await>(Decide(Pod().Terminating(Now.AddSeconds(-59)), Bounds["hook"], notReadySince: Now.AddHours(-1))).Why);

    private static V1Pod Late(Action<V1PodStatus> status) => Pod().With(pod => status(pod.Status)).Terminating(Now.AddSeconds(-60));

    private static Disposition Decide(V1Pod pod, Bound bound, DateTimeOffset? now = null, DateTimeOffset? notReadySince = null) =>
        Decide(pod, new Bounds([bound]), now ?? Now, notReadySince);

    private static Disposition Decide(V1Pod pod, Bounds bounds, DateTimeOffset now, DateTimeOffset? notReadySince = null) =>
        Assert.Single(DrainPlan.For([pod], new(), bounds, now, new() { CordonedAt = Now.AddMinutes(-5), NodeNotReadySince = notReadySince }).Pods).Disposition;
}
