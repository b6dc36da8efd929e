using DrainerFunction.ApiServer;

namespace DrainerFunction.Planning;

/// <summary>The rules in their order: the first that speaks decides.</summary>
internal static class DispositionRules
{
    /// <param name="pod">The pod as it looks now.</param>
    /// <param name="othersRemain">Whether pods that go before this one are still there.</param>
    public static Disposition Decide(PodSnapshot pod, bool othersRemain) => pod switch
    {
        { Pod.IsMirror: true } => new Disposition.Leave("mirror pod: its kubelet owns it"),
        { Pod.IsOwnedByDaemonSet: true, Rules.IgnoreDaemonSets: true } => new Disposition.Leave("DaemonSet pod: it would be created here again"),
        { Pod.IsTerminating: true } => Terminating(pod),
        { Pod.IsFinished: true } => new Disposition.Leave("finished: none of its containers runs"),
        { Pod.IsOwnedByDaemonSet: true, IsNewerThanTheCordon: true } => new Disposition.Leave("DaemonSet pod that followed one evicted"),
        { Pod.HasEmptyDir: true, Rules.DeleteLocalData: false } => new Disposition.Leave("has an emptyDir volume, and DELETE_LOCAL_DATA is false"),
        { IsNewerThanTheCordon: true, ToleratesTheCordon: true } => new Disposition.Leave("tolerates the cordon and came after it: it would come back for ever"),
        { IsRequestPending: true } => new Disposition.Await("asked to go", pod.UnseenFrom),
        { CanBypassBudget: true } => new Disposition.Delete(pod.GracePeriodThatFits, pod.Fact.RefusingBudget!),
        { IsBackingOff: true } => new Disposition.Await(pod.Fact.Why, Sooner(pod.Fact.NextTry, pod.BypassesBudgetAt)),
        { IsHard: false, Pod.OptOut: { } annotation } => new Disposition.Await($"opts out by {annotation}", pod.HardFrom),
        { IsDue: false } when othersRemain => new Disposition.Await("goes last", pod.Turn),
        _ => new Disposition.Evict(pod.GracePeriodToAsk),
    };

    private static Disposition Terminating(PodSnapshot pod) => pod switch
    {
        { IsStuck: false } => new Disposition.Await("terminating", pod.StuckFrom),
        { Pod.IsFinished: true } => new Disposition.Leave("stuck terminating, but none of its containers runs"),
        { IsHard: true } => new Disposition.Leave("stuck terminating, and the machine goes in any case"),
        _ => new Disposition.Await("stuck terminating", pod.HardFrom),
    };

    private static DateTimeOffset Sooner(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}
