using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Planning;

/// <summary>One pod at one instant: what the rules look at.</summary>
internal sealed record PodSnapshot(V1Pod Pod, PodRequestState RequestState, Bounds Bounds, DateTimeOffset Now, DrainRules Rules)
{
    // The API server took it, but no watch has shown it: only then is it asked for once more.
    private static readonly TimeSpan UnseenAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NodeLostAfter = TimeSpan.FromMinutes(5);
    // The API server tells times in whole seconds, rounded down, and takes grace periods in them.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly V1Taint Cordon = new() { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" };

    /// <summary>The grace period it should have.</summary>
    public TimeSpan Grace => Rules.PodTerminationGracePeriod ?? Pod.OwnGracePeriod;

    /// <summary>When it goes although others that go before it are still there.</summary>
    public DateTimeOffset LatestStart => Bounds.LatestStart(Grace);

    public bool IsDue => Now >= LatestStart;

    /// <summary>Until when its opt-out holds; null for as long as the drain lasts.</summary>
    public DateTimeOffset? OptOutEnds => Bounds.OptOutsEnd(Grace) is var end && end < DateTimeOffset.MaxValue ? end : null;

    public bool OptsOut => Rules.HonorDoNotDisrupt && Pod.OptOut is not null && !(Now >= OptOutEnds);

    private DateTimeOffset? StuckFrom => EndsBy?.After(StuckAfter);

    public bool IsStuck => Now >= StuckFrom;

    // A shorter grace sets the deletionTimestamp back to what it would have been from the beginning; the kubelet gives all of it from then on. Which an
    // earlier invocation gave before a machine goes ends with it.
    private DateTimeOffset? EndsBy => Pod.TerminatedBy is not { } by || Pod.Metadata.DeletionGracePeriodSeconds is not { } given ? Pod.TerminatedBy
        : RequestState.ShortenedAt?.AddSeconds(given) is { } anew && anew > by ? anew
        : given < Pod.OwnGracePeriod.TotalSeconds && Bounds.MachineEnd?.Before(Bound.EvictionReserve) is { } end && end > by ? end
        : by;

    /// <summary>When the node's kubelet is no longer expected to come back; null while it is Ready.</summary>
    public DateTimeOffset? NodeLostFrom => Rules.NodeNotReadySince?.After(NodeLostAfter);

    public bool IsNodeLost => Now >= NodeLostFrom;

    /// <summary>Until when it is waited for once it is stuck; null for as long as the drain lasts.</summary>
    public DateTimeOffset? StuckWaitEnds => Bounds.StuckWaitEnds;

    public bool IsGivenUp => Now >= StuckWaitEnds;

    /// <summary>What came back within the cordon's own second is newer, too.</summary>
    public bool IsNewerThanTheCordon => Pod.CreatedAt > Rules.CordonedAt?.Before(Second);

    /// <summary>Whether the scheduler may put its like back here in spite of the cordon.</summary>
    public bool ToleratesTheCordon => Pod.Tolerates(Cordon) && Rules.Barriers.All(Pod.Tolerates);

    public bool IsRequestPending => RequestState.Reply is PodReply.Pending || (RequestState.Reply is PodReply.Accepted && Now < AskedAgainFrom);

    public DateTimeOffset? AskedAgainFrom => RequestState.Reply is PodReply.Accepted ? RequestState.AskedAt + UnseenAfter : null;

    public bool IsBackingOff => RequestState.Reply is PodReply.Refused && Now < RequestState.NextTry;

    /// <summary>From when on a refusal counts no more; null for never.</summary>
    public DateTimeOffset? LastResort => Rules.ForceBeforeDeadline ? Bounds.LastResortOf(Grace) : null;

    /// <summary>Something has kept it, the machine goes, and its turn has come.</summary>
    public bool CanBypass => RequestState.Obstacle is not null && Now >= LastResort && !(IsBackingOff && RequestState.WasDeletion);

    /// <summary>When <see cref="CanBypass"/> becomes true by itself.</summary>
    public DateTimeOffset? BypassesAt => RequestState.Obstacle is null || RequestState.WasDeletion ? null : LastResort;

    /// <summary>It was told to stop when there was more time than its machine has now: told once more, it stops in time. No budget is asked for a terminating pod.</summary>
    public bool MustStopSooner => !RequestState.WasShortened && !IsRequestPending && !IsBackingOff && !IsStuck && !Pod.IsFinished
        && Bounds.MachineEnd is { } end && Pod.TerminatedBy > end.Before(Bound.EvictionReserve).After(Second)
        && Pod.Metadata.DeletionGracePeriodSeconds > GracePeriodThatFits.TotalSeconds;

    /// <summary>When <see cref="MustStopSooner"/> may become true by itself, or it will be stuck.</summary>
    public DateTimeOffset? TerminatingChangesAt => (IsRequestPending ? AskedAgainFrom : IsBackingOff ? RequestState.NextTry : null) is { } again && again < StuckFrom ? again : StuckFrom;

    /// <summary>The latest end of a pause before it is asked for again.</summary>
    public DateTimeOffset LatestRetry => Bounds.LatestRetry(Grace, Now);

    /// <summary>What an eviction carries: nothing, the operator's grace period, or as much of it as the machine's end leaves.</summary>
    public TimeSpan? GracePeriodToAsk => GracePeriodThatFits switch
    {
        var fitting when Pod.IsTerminating => fitting,
        var fitting when fitting == Pod.OwnGracePeriod || Grace == TimeSpan.Zero && Rules.PodTerminationGracePeriod is null => null,
        var fitting => fitting,
    };

    /// <summary>Timers fire a little late: less than a second is no loss.</summary>
    public bool GraceIsCut => GracePeriodThatFits + Second < Grace;

    /// <summary>In whole seconds, and never zero: that would remove the pod without asking the kubelet.</summary>
    public TimeSpan GracePeriodThatFits
    {
        get
        {
            var fitting = Bounds.MachineEnd - Now - Bound.EvictionReserve is { } left && left < Grace ? TimeSpan.FromSeconds(Math.Floor(left.TotalSeconds)) : Grace;
            return fitting > Second ? fitting : Second;
        }
    }
}
