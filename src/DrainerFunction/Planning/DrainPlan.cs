using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using k8s.Models;

namespace DrainerFunction.Planning;

/// <summary>What to do now with each pod on a node. Cheap and pure, so a drain makes a new one whenever anything has changed.</summary>
/// <param name="Pods">Every pod once, those that go last at the end.</param>
/// <param name="ChangesAt">The next instant at which the plan differs even if nothing happens; null for never.</param>
internal sealed record DrainPlan(IReadOnlyList<PlannedPod> Pods, DateTimeOffset? ChangesAt)
{
    /// <summary>Nothing is left to evict or to wait for.</summary>
    public bool IsComplete => Pods.All(planned => planned.Disposition is Disposition.Leave);

    public static DrainPlan For(IReadOnlyCollection<V1Pod> pods, PodRequestStates requestStates, Bounds bounds, DateTimeOffset now, DrainRules rules)
    {
        var planned = new List<PlannedPod>(pods.Count);
        foreach (var rank in pods.GroupBy(RankOf).OrderBy(rank => rank.Key))
        {
            var othersRemain = planned.Any(Remains);
            planned.AddRange(
                from pod in rank
                let snapshot = new PodSnapshot(pod, requestStates[pod.FullName.Uid], bounds, now, rules)
                select new PlannedPod(pod, DispositionRules.Decide(snapshot, othersRemain)) { IsStuck = snapshot.IsStuck, OptsOut = snapshot.OptsOut, Reply = snapshot.RequestState.Reply });
        }

        return new(planned, ChangeOf(planned, now));
    }

    private static Rank RankOf(V1Pod pod) => pod switch
    {
        { IsOwnedByDaemonSet: true } => Rank.DaemonSet,
        { IsCritical: true } => Rank.Critical,
        _ => Rank.Ordinary,
    };

    // A pod that is stuck may stay for ever; those that go last do not wait for it.
    private static bool Remains(PlannedPod planned) => planned is { Disposition: not Disposition.Leave, IsStuck: false };

    private static DateTimeOffset? ChangeOf(List<PlannedPod> planned, DateTimeOffset now) =>
        planned.Select(pod => pod.Disposition).OfType<Disposition.Await>().Select(wait => wait.Until).Where(until => until > now).Min();

    /// <summary>The order of going: what others need goes after them.</summary>
    private enum Rank
    {
        Ordinary,
        Critical,
        DaemonSet,
    }
}

internal sealed record PlannedPod(V1Pod Pod, Disposition Disposition)
{
    /// <summary>Terminating for a minute longer than it should take.</summary>
    public bool IsStuck { get; init; }

    /// <summary>Its annotation holds it now.</summary>
    public bool OptsOut { get; init; }

    public PodReply Reply { get; init; }

    /// <summary>Its annotation or a refusal holds it, and it is asked for again.</summary>
    public bool IsHeld => !Pod.IsTerminating && (OptsOut || Reply is PodReply.Refused);

    /// <summary>It is asked for once those that go before it have gone, or its time has come.</summary>
    public bool WaitsItsTurn => !Pod.IsTerminating && Reply is PodReply.None && Disposition is Disposition.Await;
}
