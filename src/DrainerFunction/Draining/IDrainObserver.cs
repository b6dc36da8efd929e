using DrainerFunction.ApiServer;
using DrainerFunction.Nodes;

namespace DrainerFunction.Draining;

/// <summary>Told of what is worth knowing while a drain goes on, once per change and never per retry.</summary>
internal interface IDrainObserver
{
    /// <param name="gracePeriod">What the eviction overrides the pod's own with; null for its own.</param>
    void Evicted(TargetNode node, PodName pod, TimeSpan? gracePeriod);

    /// <param name="obstacle">A disruption budget's name, or what else refused or failed, in words.</param>
    void DeletedPastBudget(TargetNode node, PodName pod, string obstacle, TimeSpan gracePeriod);

    /// <summary>A disruption budget begins to hold pods of this node.</summary>
    void Held(TargetNode node, BudgetHold held);

    /// <summary>A disruption budget holds this pod; once a pod.</summary>
    void PodHeld(TargetNode node, PodName pod, string budget);

    /// <summary>The last pod of this node that the budget held is evicted, deleted or gone.</summary>
    void Released(TargetNode node, string budget);

    /// <summary>A webhook or the server refuses; said again only when its words change.</summary>
    void Refused(TargetNode node, PodName pod, string by, string why);

    void Gone(TargetNode node, PodName pod);

    void Left(TargetNode node, PodName pod, string why);

    /// <param name="why">What keeps it, as far as its object tells.</param>
    void Stuck(TargetNode node, PodName pod, DateTimeOffset shouldHaveEnded, string why);

    /// <summary>The node was uncordoned while it was being drained; it is cordoned again.</summary>
    void CordonedAgain(TargetNode node);

    /// <summary>The API server could not be asked; the drain tries again.</summary>
    void Trouble(TargetNode node, string what, string why);
}

/// <param name="Budget">As namespace/name, or in words where the answer told none.</param>
/// <param name="Numbers">Null while they are unknown.</param>
internal sealed record BudgetHold(string Budget, IReadOnlyList<PodName> Pods, BudgetNumbers? Numbers)
{
    /// <summary>Another budget covers one of its pods too: the eviction API refuses such a pod whatever the numbers are.</summary>
    public bool OverlapsAnother { get; init; }
}

internal sealed record BudgetNumbers(int DisruptionsAllowed, int CurrentHealthy, int DesiredHealthy, int ExpectedPods);
