using DrainerFunction.ApiServer;

namespace DrainerFunction.Planning;

/// <summary>The rules in their order: the first that speaks decides.</summary>
internal static class DispositionRules
{
    /// <param name="othersRemain">Whether pods that go before this one are still there.</param>
    public static Disposition Decide(PodSnapshot pod, bool othersRemain) => pod switch
    {
        { Pod.IsMirror: true } => new Disposition.Leave("mirror pod: managed by its kubelet"),
        { Pod.IsOwnedByDaemonSet: true, Rules.IgnoreDaemonSets: true } => new Disposition.Leave("DaemonSet pod: it would be recreated on this node"),
        { Pod.IsTerminating: true } => Terminating(pod),
        { Pod.IsFinished: true } => new Disposition.Leave("finished: no container is running"),
        { Pod.IsOwnedByDaemonSet: true, IsNewerThanTheCordon: true } => new Disposition.Leave("DaemonSet pod that replaced an evicted one"),
        { Pod.HasEmptyDir: true, Rules.DeleteLocalData: false } => new Disposition.Leave("has an emptyDir volume, and DELETE_LOCAL_DATA is false"),
        { IsNewerThanTheCordon: true, ToleratesTheCordon: true } => new Disposition.Leave("tolerates the cordon and was created after it: evicting it would only recreate it"),
        { IsRequestPending: true } => new Disposition.Await("eviction requested", pod.AskedAgainFrom),
        { CanBypass: true } => new Disposition.Delete(pod.GracePeriodThatFits, pod.RequestState.Obstacle!),
        { IsBackingOff: true } => new Disposition.Await(pod.RequestState.Why, Sooner(pod.RequestState.NextTry, pod.BypassesAt)),
        { OptsOut: true } => new Disposition.Await($"opted out by {pod.Pod.OptOut}", pod.OptOutEnds),
        { IsDue: false } when othersRemain => new Disposition.Await("evicted last", pod.LatestStart),
        _ => new Disposition.Evict(pod.GracePeriodToAsk),
    };

    private static Disposition Terminating(PodSnapshot pod) => pod switch
    {
        { MustStopSooner: true, RequestState.NamespaceEnds: true, Rules.ForceBeforeDeadline: true } => new Disposition.Delete(pod.GracePeriodThatFits, "the end of its namespace"),
        { MustStopSooner: true } => new Disposition.Evict(pod.GracePeriodThatFits),
        { IsStuck: false } => new Disposition.Await("terminating", pod.TerminatingChangesAt),
        { Pod.HasEnded: true } => new Disposition.Leave("stuck terminating: its containers have ended, and only its object remains"),
        { IsNodeLost: true } => new Disposition.Leave("stuck terminating: its node has been NotReady for five minutes"),
        { IsGivenUp: true } => new Disposition.Leave("stuck terminating, and the time that was left for it is over"),
        _ => new Disposition.Await("stuck terminating: its containers may still run", Sooner(pod.StuckWaitEnds, pod.NodeLostFrom)),
    };

    private static DateTimeOffset? Sooner(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
