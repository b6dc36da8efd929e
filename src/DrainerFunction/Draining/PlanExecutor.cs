using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Makes the plan of a drain from what is known now and starts what is due in it: nothing here waits.</summary>
internal sealed class PlanExecutor(DrainContext drain, DrainRules rules, PodEvictor evictor, PodWatch pods, NodeHealthWatch node, CordonGuard guard, TaskGroup underWay)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly DateTimeOffset _begunAt = drain.Now;
    private readonly Dictionary<string, BudgetWatch> _budgets = new(StringComparer.Ordinal);

    /// <summary>The cordon was taken back with all that went with it: whether the interruption still holds is for AWS to say.</summary>
    public bool IsUndone => node.IsUndone;

    // Where each pod is only asked, nothing is followed.
    private bool Waits => !drain.Order.AskOnce && drain.Now < drain.Order.Bounds.End;

    /// <summary>There is no node any more that pods could be evicted from. Those that run on when only its object is deleted are removed by the cluster.</summary>
    public bool IsNodeGone(DrainPlan? plan) => guard.NodeIsGone || (node.IsGone && plan?.Pods.Any(planned => planned.IsStuck) is true);

    public DrainPlan Plan()
    {
        var plan = DrainPlan.For(pods.Pods, evictor.States, drain.Order.Bounds, drain.Now, rules with { NodeNotReadySince = node.NotReadySince });
        drain.Progress.Observe(plan);
        return plan;
    }

    public void CarryOut(DrainPlan plan, CancellationToken cancellationToken)
    {
        guard.Know(plan);
        List<V1Pod> suspects = [];
        foreach (var (pod, disposition) in plan.Pods)
        {
            if (disposition is Disposition.Evict or Disposition.Delete && guard.Suspects(pod))
            {
                suspects.Add(pod);
            }
            else if (disposition is Disposition.Evict)
            {
                underWay.Start(EvictAsync(pod, cancellationToken));
            }
            else if (disposition is Disposition.Delete(_, var obstacle))
            {
                underWay.Start(evictor.DeleteAsync(pod, obstacle, cancellationToken));
            }
        }

        if (guard.LookFor(suspects, cancellationToken) is { } looking)
        {
            underWay.Start(looking);
        }

        pods.OpenWatch();
        if (Waits && plan.Pods.Any(MustSeeItsNode) && node.Begin(cancellationToken) is { } watching)
        {
            underWay.Start(watching);
        }
    }

    // A pod that is asked later on is asked on a node that must still be cordoned then; one whose turn comes soon costs no watch.
    private bool MustSeeItsNode(PlannedPod planned) => planned.IsStuck || planned.IsHeld || (planned.WaitsItsTurn && drain.Now >= _begunAt + Soon);

    private async Task EvictAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (await evictor.EvictAsync(pod, cancellationToken) && Waits)
        {
            BudgetsOf(pod.Metadata.NamespaceProperty, cancellationToken).AddRefusal(pod);
        }
    }

    private BudgetWatch BudgetsOf(string @namespace, CancellationToken cancellationToken)
    {
        if (!_budgets.TryGetValue(@namespace, out var budgets))
        {
            _budgets[@namespace] = budgets = new(drain, @namespace, pods, evictor.States);
            underWay.Start(budgets.RunAsync(cancellationToken));
        }

        return budgets;
    }
}
