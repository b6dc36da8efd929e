using DrainerFunction.ApiServer;
using DrainerFunction.Nodes;

namespace DrainerFunction.Draining;

/// <summary>Which pods of the node each disruption budget holds. The observer is told when a budget begins to hold pods, and when it lets the last one go.</summary>
internal sealed class BudgetHolds(TargetNode target, IDrainObserver observer)
{
    private readonly Dictionary<string, HashSet<string>> _held = new(StringComparer.Ordinal);

    public void Add(BudgetHold hold)
    {
        if (!_held.TryGetValue(hold.Budget, out var held))
        {
            _held[hold.Budget] = held = new(StringComparer.Ordinal);
        }

        var begins = held.Count == 0;
        PodName[] added = [.. hold.Pods.Where(pod => held.Add(pod.Uid))];
        if (begins && added is not [])
        {
            observer.Held(target, hold);
        }

        foreach (var pod in added)
        {
            observer.PodHeld(target, pod, hold.Budget);
        }
    }

    public bool Contains(PodName pod) => _held.Values.Any(held => held.Contains(pod.Uid));

    /// <summary>The pod is evicted, deleted or gone.</summary>
    public void Release(PodName pod)
    {
        foreach (var (budget, held) in _held)
        {
            if (held.Remove(pod.Uid) && held.Count == 0)
            {
                observer.Released(target, budget);
            }
        }
    }
}
