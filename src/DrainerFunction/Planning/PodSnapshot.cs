using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Planning;

/// <summary>One pod at one instant: what the rules look at.</summary>
internal sealed record PodSnapshot(V1Pod Pod, PodRequestState Fact, Deadline Deadline, DateTimeOffset Now, DrainRules Rules)
{
    /// <summary>Time between the end of a pod's grace period and the end of the machine, for everything that is not the pod's.</summary>
    public static readonly TimeSpan EvictionReserve = TimeSpan.FromSeconds(5);

    // The API server took it, but no watch has shown it: only then is it asked for once more.
    private static readonly TimeSpan Unseen = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Stamp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly V1Taint Cordon = new() { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" };

    public bool IsHard => Deadline.IsHardAt(Now);

    /// <summary>When a soft deadline will have turned hard; null if it never will, or is already.</summary>
    public DateTimeOffset? HardFrom => IsHard ? null : Deadline.HardFrom;

    /// <summary>The grace period it should have.</summary>
    public TimeSpan Grace => Rules.PodTerminationGracePeriod ?? Pod.OwnGracePeriod;

    /// <summary>The last instant at which its grace period still fits in front of the deadline.</summary>
    public DateTimeOffset Turn => Deadline.At.Before(Grace + EvictionReserve);

    public bool IsDue => Now >= Turn;

    public DateTimeOffset? StuckFrom => Pod.TerminatedBy?.After(StuckAfter);

    public bool IsStuck => Now >= StuckFrom;

    /// <summary>The API server tells whole seconds, rounded down: what came back within the cordon's own second is newer, too.</summary>
    public bool IsNewerThanTheCordon => Pod.CreatedAt > Rules.CordonedAt?.Before(Stamp);

    /// <summary>Whether the scheduler may put its like back here in spite of the cordon.</summary>
    public bool ToleratesTheCordon => Pod.Tolerates(Cordon) && Rules.Barriers.All(Pod.Tolerates);

    public bool IsRequestPending => Fact.Reply is PodReply.Pending || (Fact.Reply is PodReply.Accepted && Now < UnseenFrom);

    public DateTimeOffset? UnseenFrom => Fact.Reply is PodReply.Accepted ? Fact.AskedAt + Unseen : null;

    public bool IsBackingOff => Fact.Reply is PodReply.Refused && Now < Fact.NextTry;

    /// <summary>A budget has refused, the machine's end is certain and no later moment leaves the pod its grace.</summary>
    public bool CanBypassBudget =>
        Fact.RefusingBudget is not null && Rules.ForceBeforeDeadline && IsHard && IsDue && !(IsBackingOff && Fact.WasDeletion);

    /// <summary>When <see cref="CanBypassBudget"/> becomes true by itself.</summary>
    public DateTimeOffset? BypassesBudgetAt =>
        Fact.RefusingBudget is null || !Rules.ForceBeforeDeadline || Deadline.HardFrom is not { } hard || Fact.WasDeletion ? null
            : hard > Turn ? hard : Turn;

    /// <summary>What an eviction carries: nothing, the operator's grace period, or as much of it as a hard deadline leaves.</summary>
    public TimeSpan? GracePeriodToAsk => GracePeriodThatFits switch
    {
        var fitting when fitting == Pod.OwnGracePeriod || Grace == TimeSpan.Zero && Rules.PodTerminationGracePeriod is null => null,
        var fitting => fitting,
    };

    /// <summary>In whole seconds, and never zero: that would remove the pod without asking the kubelet.</summary>
    public TimeSpan GracePeriodThatFits
    {
        get
        {
            var left = Deadline.At - Now - EvictionReserve;
            var fitting = IsHard && left < Grace ? TimeSpan.FromSeconds(Math.Floor(left.TotalSeconds)) : Grace;
            return fitting > Shortest ? fitting : Shortest;
        }
    }
}
