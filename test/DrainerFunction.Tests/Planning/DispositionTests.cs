using DrainerFunction.Builders;
using DrainerFunction.Interruptions;
using k8s.Models;
using static DrainerFunction.Builders.Pods;

namespace DrainerFunction.Planning;

public sealed class DispositionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Cordoned = Now.AddSeconds(-10);
    private static readonly PodRequestState Held = new() { Reply = PodReply.Refused, RefusingBudget = "web", Obstacle = "web", Why = "held", NextTry = Now.AddSeconds(5), Refusals = 1 };
    private static readonly DrainRules Rules = new() { CordonedAt = Cordoned };

    /// <param name="Rule">What the row shows.</param>
    public sealed record Row(string Rule)
    {
        internal V1Pod Pod { get; init; } = Pod();

        internal PodRequestState RequestState { get; init; } = PodRequestState.Unasked;

        internal Bounds Bounds { get; init; } = Machine(120);

        internal DrainRules Rules { get; init; } = DispositionTests.Rules;

        internal Disposition? Is { get; init; }

        internal Type? Kind { get; init; }

        public override string ToString() => Rule;
    }

    private static Disposition Evict => new Disposition.Evict(null);

    private static Disposition EvictIn(double seconds) => new Disposition.Evict(TimeSpan.FromSeconds(seconds));

    private static Disposition DeleteIn(double seconds) => new Disposition.Delete(TimeSpan.FromSeconds(seconds), "web");

    private static V1Pod Stopping(int seconds, int? grace = null) => Pod().Grace(600).Terminating(Now.AddSeconds(seconds)).With(pod => pod.Metadata.DeletionGracePeriodSeconds = grace ?? 600);

    private static Bounds Machine(double seconds, double notice = 120) => Bounds.Of(new Bound.Machine(Now.AddSeconds(seconds), Now.AddSeconds(seconds - notice)));

    private static Bounds Going(double seconds) => Bounds.Of(new Bound.Going(Now.AddSeconds(seconds), Now));

    private static Bounds Earliest(double seconds, double notice = 3600) => Bounds.Of(new Bound.Earliest(Now.AddSeconds(seconds), Now.AddSeconds(seconds - notice)));

    private static Bounds Hook(double seconds, double notice = 3600, bool letsGo = true) => Bounds.Of(new Bound.Hook(Now.AddSeconds(seconds), Now.AddSeconds(seconds - notice), letsGo));

    private static Bounds Soft(double seconds) => Bounds.Of(new Bound.Soft(Now.AddSeconds(seconds), Now.AddSeconds(seconds - 3600)));

    private static Bounds Both(Bounds one, Bounds other) => new([.. one.All, .. other.All]);

    public static TheoryData<Row> WhoStays =>
    [
        new Row("a plain pod is evicted") { Is = Evict },
        new Row("a pod without a controller is evicted") { Pod = Pod(), Is = Evict },
        new Row("a mirror pod stays") { Pod = Pod().Mirror(), Kind = typeof(Disposition.Leave) },
        new Row("a mirror pod stays even when it is terminating") { Pod = Pod().Mirror().Terminating(Now), Kind = typeof(Disposition.Leave) },
        new Row("a DaemonSet's pod stays") { Pod = Pod().OwnedBy("DaemonSet"), Kind = typeof(Disposition.Leave) },
        new Row("a DaemonSet of another API group counts too") { Pod = Pod().OwnedBy("DaemonSet", "apps.kruise.io/v1alpha1"), Kind = typeof(Disposition.Leave) },
        new Row("a DaemonSet's terminating pod is not waited for") { Pod = Pod().OwnedBy("DaemonSet").Terminating(Now.AddSeconds(30)), Kind = typeof(Disposition.Leave) },
        new Row("a ReplicaSet's pod is evicted") { Pod = Pod().OwnedBy("ReplicaSet"), Is = Evict },
        new Row("an owner that does not control is no controller")
        {
            Pod = Pod().OwnedBy("DaemonSet").With(pod => pod.Metadata.OwnerReferences[0].Controller = false),
            Is = Evict,
        },
        new Row("a succeeded pod stays") { Pod = Pod().In("Succeeded"), Kind = typeof(Disposition.Leave) },
        new Row("a failed pod stays") { Pod = Pod().In("Failed"), Kind = typeof(Disposition.Leave) },
        new Row("a pending pod is evicted") { Pod = Pod().In("Pending"), Is = Evict },
        new Row("an emptyDir is no reason to stay") { Pod = Pod().WithEmptyDir(), Is = Evict },
        new Row("unless local data is to be kept") { Pod = Pod().WithEmptyDir(), Rules = Rules with { DeleteLocalData = false }, Kind = typeof(Disposition.Leave) },
        new Row("a finished pod has no local data to lose")
        {
            Pod = Pod().WithEmptyDir().In("Succeeded"), Rules = Rules with { DeleteLocalData = false }, Is = new Disposition.Leave("finished: no container is running"),
        },
        new Row("with IGNORE_DAEMON_SETS=false a DaemonSet's pod is evicted")
        {
            Pod = Pod().OwnedBy("DaemonSet").Created(Cordoned.AddSeconds(-1)), Rules = Rules with { IgnoreDaemonSets = false }, Is = Evict,
        },
        new Row("and its successor stays")
        {
            Pod = Pod().OwnedBy("DaemonSet").Created(Cordoned.AddSeconds(1)), Rules = Rules with { IgnoreDaemonSets = false }, Kind = typeof(Disposition.Leave),
        },
        new Row("a pod that tolerates the cordon and came after it stays") { Pod = Pod().Tolerating(null).Created(Cordoned.AddSeconds(1)), Kind = typeof(Disposition.Leave) },
        new Row("one that came in the cordon's own second stays, for the API server rounds down")
        {
            Pod = Pod().Tolerating(null).Created(Cordoned), Rules = Rules with { CordonedAt = Cordoned.AddMilliseconds(999) }, Kind = typeof(Disposition.Leave),
        },
        new Row("one that was there before goes") { Pod = Pod().Tolerating(null).Created(Cordoned.AddSeconds(-1)), Is = Evict },
        new Row("one that came after it without tolerating it goes: it was already bound") { Pod = Pod().Created(Cordoned.AddSeconds(1)), Is = Evict },
        new Row("tolerating the unschedulable taint by name is enough")
        {
            Pod = Pod().Tolerating("node.kubernetes.io/unschedulable", "NoSchedule").Created(Cordoned.AddSeconds(1)), Kind = typeof(Disposition.Leave),
        },
        new Row("tolerating it for NoExecute only is not") { Pod = Pod().Tolerating("node.kubernetes.io/unschedulable", "NoExecute").Created(Cordoned.AddSeconds(1)), Is = Evict },
        new Row("a taint of ours that it does not tolerate keeps its like away")
        {
            Pod = Pod().Tolerating("node.kubernetes.io/unschedulable").Created(Cordoned.AddSeconds(1)),
            Rules = Rules with { Barriers = [new() { Key = "aws-node-termination-handler/spot-itn", Effect = "NoSchedule" }] },
            Is = Evict,
        },
    ];

    public static TheoryData<Row> WhoIsWaitedFor =>
    [
        new Row("a terminating pod") { Pod = Pod().Terminating(Now.AddSeconds(20)), Is = new Disposition.Await("terminating", Now.AddSeconds(80)) },
        new Row("almost a minute late it is not stuck yet") { Pod = Pod().Terminating(Now.AddSeconds(-59)), Is = new Disposition.Await("terminating", Now.AddSeconds(1)) },
        new Row("a finished pod that is still being removed is waited for") { Pod = Pod().In("Failed").Terminating(Now), Kind = typeof(Disposition.Await) },
        new Row("a pod that was asked and has not answered") { RequestState = new() { Reply = PodReply.Pending, AskedAt = Now.AddHours(-1) }, Is = new Disposition.Await("eviction requested", null) },
        new Row("a pod whose eviction was taken") { RequestState = new() { Reply = PodReply.Accepted, AskedAt = Now }, Is = new Disposition.Await("eviction requested", Now.AddSeconds(30)) },
        new Row("but not for ever: then it is asked again") { RequestState = new() { Reply = PodReply.Accepted, AskedAt = Now.AddSeconds(-30) }, Is = Evict },
        new Row("a pod that is held, until its next try") { RequestState = Held, Is = new Disposition.Await("held", Now.AddSeconds(5)) },
        new Row("at its next try it is asked again") { RequestState = Held with { NextTry = Now }, Is = Evict },
        new Row("a pod that opts out, while there is a choice")
        {
            Pod = Pod().Annotated("karpenter.sh/do-not-disrupt", "true"), Bounds = Soft(600), Is = new Disposition.Await("opted out by karpenter.sh/do-not-disrupt", null),
        },
        .. new[] { Hook(600), Hook(600, letsGo: false), Earliest(600), Both(Soft(60), Hook(600)) }.Select(bounds => new Row($"until its turn before a hook or an earliest date: {bounds.All[^1]}")
        {
            Pod = Pod().Annotated("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"), Bounds = bounds,
            Is = new Disposition.Await("opted out by cluster-autoscaler.kubernetes.io/safe-to-evict=false", Now.AddSeconds(565)),
        }),
        new Row("at its turn it is evicted") { Pod = Pod().Annotated("karpenter.sh/do-not-disrupt", "true"), Bounds = Hook(35), Is = Evict },
        .. new[] { Machine(120), Going(600), Both(Hook(3000), Going(600)), Both(Soft(3000), Machine(120)) }.Select(bounds => new Row($"a machine that certainly goes leaves no choice: {bounds.All[^1]}")
        {
            Pod = Pod().Annotated("karpenter.sh/do-not-disrupt", "true"), Bounds = bounds, Is = Evict,
        }),
        .. new[] { Hook(600), Hook(600, letsGo: false), Earliest(600), Soft(600) }.Select(bounds => new Row($"nor does an operator who does not honor it: {bounds.All[^1]}")
        {
            Pod = Pod().Annotated("karpenter.sh/do-not-disrupt", "true"), Bounds = bounds, Rules = Rules with { HonorDoNotDisrupt = false }, Is = Evict,
        }),
        new Row("other values of the annotation are no wish") { Pod = Pod().Annotated("karpenter.sh/do-not-disrupt", "false"), Bounds = Soft(600), Is = Evict },
        new Row("safe to evict is safe to evict") { Pod = Pod().Annotated("cluster-autoscaler.kubernetes.io/safe-to-evict", "true"), Bounds = Soft(600), Is = Evict },
    ];

    public static TheoryData<Row> WhoIsToldOnceMore =>
    [
        new Row("a pod that stops later than its machine ends is told once more, with what fits") { Pod = Stopping(600), Bounds = Both(Hook(3000), Machine(120)), Is = EvictIn(115) },
        new Row("one that stops in time is not") { Pod = Stopping(116), Bounds = Machine(120), Kind = typeof(Disposition.Await) },
        new Row("nor one that was told with what fits") { Pod = Stopping(600, 115), Bounds = Machine(120), Kind = typeof(Disposition.Await) },
        new Row("nor twice") { Pod = Stopping(600), RequestState = new() { Reply = PodReply.Accepted, AskedAt = Now.AddSeconds(-40), WasShortened = true }, Bounds = Machine(120), Kind = typeof(Disposition.Await) },
        .. new[] { Going(600), Earliest(120), Hook(120), Soft(120) }.Select(bounds => new Row($"no other bound shortens it: {bounds.All[0]}") { Pod = Stopping(600), Bounds = bounds, Kind = typeof(Disposition.Await) }),
    ];

    public static TheoryData<Row> HowMuchGrace =>
    [
        new Row("its own, while it fits to the second") { Bounds = Machine(35), Is = Evict },
        new Row("what is left, as soon as it does not") { Bounds = Machine(34.9), Is = EvictIn(29) },
        new Row("at least a second") { Bounds = Machine(5), Is = EvictIn(1) },
        new Row("even past the deadline") { Bounds = Machine(-60), Is = EvictIn(1) },
        .. new[] { Going(5), Earliest(5), Hook(5), Soft(5), Both(Soft(5), Machine(60)) }.Select(bounds => new Row($"only the machine's end cuts it: {bounds.All[0]}") { Bounds = bounds, Is = Evict }),
        new Row("the nearest end of the machine cuts it, beside whatever else there is") { Bounds = Both(Hook(3000), Both(Machine(600), Machine(20))), Is = EvictIn(15) },
        new Row("a long grace period is cut from the beginning") { Pod = Pod().Grace(600), Is = EvictIn(115) },
        new Row("the operator's, for every pod") { Rules = Rules with { PodTerminationGracePeriod = TimeSpan.FromSeconds(60) }, Is = EvictIn(60) },
        new Row("the operator's is cut as well") { Bounds = Machine(45), Rules = Rules with { PodTerminationGracePeriod = TimeSpan.FromSeconds(60) }, Is = EvictIn(40) },
        new Row("the operator's zero is a second: no kubelet would be asked") { Rules = Rules with { PodTerminationGracePeriod = TimeSpan.Zero }, Is = EvictIn(1) },
        new Row("a pod's own zero is its own business") { Pod = Pod().Grace(0), Bounds = Machine(2), Is = Evict },
        new Row("without any, Kubernetes' thirty seconds") { Pod = Pod().With(pod => pod.Spec.TerminationGracePeriodSeconds = null), Bounds = Machine(25), Is = EvictIn(20) },
    ];

    public static TheoryData<Row> WhenABudgetIsPassed =>
    [
        new Row("not before its turn") { RequestState = Held, Bounds = Machine(35.1), Is = new Disposition.Await("held", Now.AddSeconds(0.1)) },
        new Row("at its turn, with all its grace") { RequestState = Held, Bounds = Machine(35), Is = DeleteIn(30) },
        new Row("later, with what is left") { RequestState = Held, Bounds = Machine(20), Is = DeleteIn(15) },
        new Row("a pod that nobody has refused is evicted even then") { Bounds = Machine(20), Is = EvictIn(15) },
        .. new[] { "the refusal of policy.example.com", "failed requests: 504 the budget could not be updated", "more than one disruption budget" }.SelectMany(obstacle => new[]
        {
            new Row($"whatever refused, at its turn: {obstacle}") { RequestState = Held with { RefusingBudget = null, Obstacle = obstacle }, Bounds = Machine(20), Is = new Disposition.Delete(TimeSpan.FromSeconds(15), obstacle) },
            new Row($"and not before: {obstacle}") { RequestState = Held with { RefusingBudget = null, Obstacle = obstacle }, Bounds = Hook(3000), Is = new Disposition.Await("held", Now.AddSeconds(5)) },
        }),
        new Row("a namespace that is being terminated deletes its pods itself") { RequestState = Held with { RefusingBudget = null, Obstacle = null }, Bounds = Machine(20), Is = new Disposition.Await("held", Now.AddSeconds(5)) },
        new Row("a grace period longer than half of the notice makes the turn no earlier") { Pod = Pod().Grace(600), RequestState = Held, Bounds = Machine(65.125), Is = new Disposition.Await("held", Now.AddSeconds(0.125)) },
        new Row("it is cut at its turn") { Pod = Pod().Grace(600), RequestState = Held, Bounds = Machine(65), Is = DeleteIn(60) },
        new Row("nor longer than two minutes, however long the notice was")
        {
            Pod = Pod().Grace(600), RequestState = Held, Bounds = Machine(125.125, notice: 600), Is = new Disposition.Await("held", Now.AddSeconds(0.125)),
        },
        .. new[] { Hook(125.125), Earliest(125.125) }.Select(bounds => new Row($"not before the last two minutes of {bounds.All[0]}, if its grace were a week")
        {
            Pod = Pod().Grace(604_800), RequestState = Held, Bounds = bounds, Is = new Disposition.Await("held", Now.AddSeconds(0.125)),
        }),
        .. new[] { Hook(125), Earliest(125), Both(Hook(125), Soft(0)) }.Select(bounds => new Row($"then with all of it: {bounds.All[0]}")
        {
            Pod = Pod().Grace(604_800), RequestState = Held, Bounds = bounds, Is = DeleteIn(604_800),
        }),
        new Row("a machine that is going waits for no budget") { RequestState = Held, Bounds = Both(Hook(3000), Going(600)), Is = DeleteIn(30) },
        .. new[] { Soft(0), Soft(20), Hook(20, letsGo: false), Both(Soft(20), Hook(20, letsGo: false)) }.Select(bounds => new Row($"never where the machine stays: {bounds.All[0]}")
        {
            RequestState = Held, Bounds = bounds, Is = new Disposition.Await("held", Now.AddSeconds(5)),
        }),
        new Row("the nearest bound that ends the machine sets the turn")
        {
            RequestState = Held, Bounds = Both(Hook(3000), Machine(35.1)), Is = new Disposition.Await("held", Now.AddSeconds(0.1)),
        },
        new Row("never if the operator forbids it") { RequestState = Held, Bounds = Machine(20), Rules = Rules with { ForceBeforeDeadline = false }, Is = new Disposition.Await("held", Now.AddSeconds(5)) },
        new Row("then it is asked again, with what is left")
        {
            RequestState = Held with { NextTry = Now }, Bounds = Machine(20), Rules = Rules with { ForceBeforeDeadline = false }, Is = EvictIn(15),
        },
        new Row("a delete that was refused waits for its own next try") { RequestState = Held with { WasDeletion = true }, Bounds = Machine(20), Is = new Disposition.Await("held", Now.AddSeconds(5)) },
        new Row("and is then a delete again") { RequestState = Held with { WasDeletion = true, NextTry = Now }, Bounds = Machine(20), Is = DeleteIn(15) },
        new Row("the operator's grace period sets the turn") { RequestState = Held, Bounds = Machine(65), Rules = Rules with { PodTerminationGracePeriod = TimeSpan.FromSeconds(60) }, Is = DeleteIn(60) },
    ];

    [Theory]
    [MemberData(nameof(WhoStays)), MemberData(nameof(WhoIsWaitedFor)), MemberData(nameof(WhoIsToldOnceMore)), MemberData(nameof(HowMuchGrace)), MemberData(nameof(WhenABudgetIsPassed))]
    public void Each_pod_meets_one_rule(Row row)
    {
        var requestStates = new PodRequestStates { [row.Pod.Metadata.Uid] = row.RequestState };

        var planned = Assert.Single(DrainPlan.For([row.Pod], requestStates, row.Bounds, Now, row.Rules).Pods);

        if (row.Is is { } expected)
        {
            Assert.Equal(expected, planned.Disposition);
        }
        else
        {
            Assert.IsType(row.Kind!, planned.Disposition);
        }
    }
}
