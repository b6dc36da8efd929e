using DrainerFunction.ApiServer;
using DrainerFunction.Draining;
using DrainerFunction.Nodes;

namespace DrainerFunction.Fakes;

/// <summary>Sees nothing: for callers that only want the outcome.</summary>
internal sealed class NoObserver : IDrainObserver
{
    public void Evicted(TargetNode node, PodName pod, TimeSpan? gracePeriod)
    {
    }

    public void DeletedPastBudget(TargetNode node, PodName pod, string budget, TimeSpan gracePeriod)
    {
    }

    public void Held(TargetNode node, BudgetHold held)
    {
    }

    public void PodHeld(TargetNode node, PodName pod, string budget)
    {
    }

    public void Released(TargetNode node, string budget)
    {
    }

    public void Refused(TargetNode node, PodName pod, string by, string why)
    {
    }

    public void Gone(TargetNode node, PodName pod)
    {
    }

    public void Left(TargetNode node, PodName pod, string why)
    {
    }

    public void Stuck(TargetNode node, PodName pod, DateTimeOffset shouldHaveEnded, string why)
    {
    }

    public void CordonedAgain(TargetNode node)
    {
    }

    public void Trouble(TargetNode node, string what, string why)
    {
    }
}
