using CsCheck;
using DrainerFunction.ApiServer;
using DrainerFunction.Builders;
using DrainerFunction.Interruptions;
using k8s.Models;
using static DrainerFunction.Builders.Pods;

namespace DrainerFunction.Planning;

/// <summary>What holds for any pods, any clock and any bounds.</summary>
public sealed class PlanProperties
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset> Instant = Gen.Int[-600, 4000].Select(seconds => Start.AddSeconds(seconds));

    private static readonly Gen<Bound> AnyBound = Gen.Select(Gen.Int[0, 5], Instant, Instant, (kind, at, noticed) => kind switch
    {
        0 => new Bound.Machine(at, noticed),
        1 => new Bound.Going(at, noticed),
        2 => new Bound.Earliest(at, noticed),
        3 => new Bound.Soft(at, noticed),
        _ => (Bound)new Bound.Hook(at, noticed, LetsGo: kind == 4),
    });

    private static readonly Gen<Bounds> AnyBounds = AnyBound.Array[1, 3].Select(all => new Bounds(all));

    private static readonly Gen<DrainRules> Rules = Gen.Select(
        Gen.Bool, Gen.Bool, Gen.Bool, Gen.OneOf(Gen.Const((TimeSpan?)null), Gen.Int[0, 900].Select(seconds => (TimeSpan?)TimeSpan.FromSeconds(seconds))), Instant,
        Gen.OneOf(Gen.Const((DateTimeOffset?)null), Instant.Select(since => (DateTimeOffset?)since)),
        (local, daemons, force, grace, cordoned, notReady) => new DrainRules
        {
            DeleteLocalData = local, IgnoreDaemonSets = daemons, ForceBeforeDeadline = force, PodTerminationGracePeriod = grace, CordonedAt = cordoned, NodeNotReadySince = notReady,
        });

    private static readonly Gen<PodRequestState> RequestStates = Gen.Select(
        Gen.Enum<PodReply>(), Instant, Instant, Gen.Bool, Gen.Bool,
        (reply, asked, next, deletion, budget) => new PodRequestState
        {
            Reply = reply, AskedAt = asked, NextTry = next, WasDeletion = deletion && budget, Obstacle = budget ? "budget" : null, Why = "held", Refusals = 1,
        });

    private static readonly Gen<V1Pod> PodsOfAnyKind =
        from grace in Gen.Frequency((9, Gen.Int[1, 900].Select(seconds => (long)seconds)), (1, Gen.OneOf(Gen.Long, Gen.Const(-5L), Gen.Const(922_337_203_685), Gen.Const(long.MaxValue))))
        from mirror in Gen.Int[0, 9]
        from owner in OneOf("ReplicaSet", "StatefulSet", "DaemonSet", "Job", "")
        from phase in OneOf("Running", "Running", "Running", "Pending", "Succeeded", "Failed")
        from optsOut in Gen.Int[0, 4]
        from critical in Gen.Int[0, 4]
        from emptyDir in Gen.Bool
        from tolerates in Gen.Bool
        from created in Instant
        from terminating in Gen.Int[0, 3]
        from deletion in Instant
        select Build(grace, mirror == 0, owner, phase, optsOut == 0, critical == 0, emptyDir, tolerates, created, terminating == 0 ? deletion : null);

    private static readonly Gen<(V1Pod Pod, PodRequestState RequestState)[]> Nodes = Gen.Select(PodsOfAnyKind, RequestStates).Array[0, 12].Select(all =>
        all.Select((it, index) => (it.Item1.With(pod => pod.Metadata.Uid = $"uid-{index}"), it.Item2)).ToArray());

    private static readonly Gen<Case> Cases =
        Gen.Select(Nodes, AnyBounds, Instant, Rules, (node, bounds, now, rules) => new Case(node, bounds, now, rules));

    [Fact]
    public void Every_pod_has_exactly_one_disposition() => Cases.Sample(given =>
        Assert.Equal(
            given.Node.Select(it => it.Pod.Metadata.Uid).Order(),
            Plan(given).Pods.Where(planned => planned.Disposition is not null).Select(planned => planned.Pod.Metadata.Uid).Order()));

    [Fact]
    public void The_order_of_the_pods_does_not_matter() => Cases.Sample(given =>
        Assert.Equal(ByUid(Plan(given)), ByUid(Plan(given with { Node = [.. given.Node.Reverse()] }))));

    [Fact]
    public void Nothing_is_deleted_before_the_last_resort_of_a_bound_that_ends_the_machine() => Cases.Sample(given =>
        Assert.All(Plan(given).Pods.Where(planned => planned.Disposition is Disposition.Delete), deleted =>
        {
            Assert.True(given.Rules.ForceBeforeDeadline);
            Assert.NotNull(RequestStateOf(given.Node, deleted).Obstacle);
            Assert.Contains(given.Bounds.All, bound => bound is Bound.Going || (bound.EndsTheMachine && given.Now >= bound.At.AddSeconds(-125)));
        }));

    [Fact]
    public void No_grace_period_is_below_a_second_or_above_what_the_pod_should_have() => Cases.Sample(given =>
        Assert.All(Plan(given).Pods, planned =>
        {
            var longest = given.Rules.PodTerminationGracePeriod ?? planned.Pod.OwnGracePeriod;
            if (planned.Disposition is Disposition.Evict or Disposition.Delete)
            {
                var grace = GraceOf(planned.Disposition, planned.Pod);
                Assert.InRange(grace, TimeSpan.FromSeconds(1), longest > TimeSpan.FromSeconds(1) ? longest : TimeSpan.FromSeconds(1));
                Assert.Equal(0, grace.Ticks % TimeSpan.TicksPerSecond);
            }
        }));

    [Fact]
    public void Dispositions_only_ever_get_more_urgent_as_time_passes() =>
        Gen.Select(Cases, Gen.Int[0, 2000]).Sample((given, later) =>
        {
            var now = ByUid(Plan(given));
            var then = ByUid(Plan(given with { Now = given.Now.AddSeconds(later) }));
            Assert.All(now, pod => Assert.True(UrgencyOf(then[pod.Key]) >= UrgencyOf(pod.Value), $"{pod.Value} became {then[pod.Key]}"));
            Assert.All(given.Node, it =>
            {
                var (before, after) = (now[it.Pod.Metadata.Uid], then[it.Pod.Metadata.Uid]);
                Assert.True(before is not Disposition.Evict || GraceOf(after, it.Pod) <= GraceOf(before, it.Pod), $"{before} became {after}");
            });
        });

    // Evictions and deletes are carried out at once, so what they would become without that does not count; nor does a
    // grace period before the machine's end, which shrinks with every second.
    [Fact]
    public void What_waits_stays_as_it_is_until_the_instant_that_the_plan_names() =>
        Gen.Select(Cases, Gen.Double[0, 0.999], Gen.Int[0, 2]).Sample((given, part, changes) =>
        {
            // Also from the very instants at which plans change: one that is missed by a hair is never woken for again.
            var now = given.Now;
            for (var change = 0; change < changes; change++)
            {
                now = Plan(given with { Now = now }).ChangesAt ?? now;
            }

            var plan = Plan(given with { Now = now });
            var until = plan.ChangesAt ?? now.AddDays(1);
            var between = ByUid(Plan(given with { Now = now + ((until - now) * part) }));
            Assert.All(ByUid(plan).Where(pod => pod.Value is Disposition.Await or Disposition.Leave), pod =>
                Assert.Equal(pod.Value.GetType(), between[pod.Key].GetType()));
        });

    [Fact]
    public void And_only_terminating_pods_leave_the_drain_by_time_alone() =>
        Gen.Select(Cases, Gen.Int[0, 2000]).Sample((given, later) =>
        {
            var now = ByUid(Plan(given));
            var then = ByUid(Plan(given with { Now = given.Now.AddSeconds(later) }));
            Assert.All(given.Node.Where(it => !it.Pod.IsTerminating).Select(it => it.Pod.Metadata.Uid), uid =>
                Assert.Equal(now[uid] is Disposition.Leave, then[uid] is Disposition.Leave));
        });

    private sealed record Case((V1Pod Pod, PodRequestState RequestState)[] Node, Bounds Bounds, DateTimeOffset Now, DrainRules Rules)
    {
        public override string ToString() => $"{string.Join(" + ", Bounds.All)} at {Now:O} under {Rules}: {string.Join("; ", Node.Select(Describe))}";

        private static string Describe((V1Pod Pod, PodRequestState RequestState) it) =>
            $"{it.Pod.Metadata.Uid} {it.Pod.Status.Phase} grace {it.Pod.Spec.TerminationGracePeriodSeconds} terminating {it.Pod.TerminatedBy:O} critical {it.Pod.IsCritical} daemon {it.Pod.IsOwnedByDaemonSet} {it.RequestState}";
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static DrainPlan Plan(Case given)
    {
        var requestStates = new PodRequestStates();
        foreach (var (pod, state) in given.Node)
        {
            requestStates[pod.Metadata.Uid] = state;
        }

        return DrainPlan.For([.. given.Node.Select(it => it.Pod)], requestStates, given.Bounds, given.Now, given.Rules);
    }

    private static Dictionary<string, Disposition> ByUid(DrainPlan plan) => plan.Pods.ToDictionary(planned => planned.Pod.Metadata.Uid, planned => planned.Disposition);

    private static PodRequestState RequestStateOf((V1Pod Pod, PodRequestState RequestState)[] node, PlannedPod planned) => node.Single(it => it.Pod.Metadata.Uid == planned.Pod.Metadata.Uid).RequestState;

    private static int UrgencyOf(Disposition disposition) => disposition switch
    {
        Disposition.Await => 0,
        Disposition.Evict => 1,
        Disposition.Delete => 2,
        _ => 3,
    };

    private static TimeSpan GraceOf(Disposition disposition, V1Pod pod) => disposition switch
    {
        Disposition.Evict({ } grace) => grace,
        Disposition.Delete(var grace, _) => grace,
        _ => pod.OwnGracePeriod,
    };

    private static V1Pod Build(
        long grace, bool mirror, string owner, string phase, bool optsOut, bool critical, bool emptyDir, bool tolerates, DateTimeOffset created, DateTimeOffset? deletion)
    {
        var pod = Pod().Grace(grace).In(phase).Created(created);
        _ = mirror ? pod.Mirror() : pod;
        _ = owner.Length > 0 ? pod.OwnedBy(owner) : pod;
        _ = optsOut ? pod.Annotated("karpenter.sh/do-not-disrupt", "true") : pod;
        _ = critical ? pod.Critical() : pod;
        _ = emptyDir ? pod.WithEmptyDir() : pod;
        _ = tolerates ? pod.Tolerating(null) : pod;
        return deletion is { } by ? pod.Terminating(by) : pod;
    }
}
