using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Makes the plan of a drain from what is known now and starts what is due in it: nothing here waits.</summary>
internal sealed class PlanExecutor(DrainContext drain, DrainRules rules, PodWatch pods, CordonGuard guard, TaskGroup underWay)
{
    private readonly PodEvictor _evictor = new(drain, rules);
    private readonly NodeHealthWatch _node = new(drain);
    private readonly Dictionary<string, BudgetWatch> _budgets = new(StringComparer.Ordinal);

    public bool NodeIsGone => _node.IsGone || guard.NodeIsGone;

    // Where each pod is only asked, nothing is followed.
    private bool Waits => !drain.Order.AskOnce && drain.Now < drain.Order.Bounds.End;

    public DrainPlan Plan()
    {
        var plan = DrainPlan.For(pods.Pods, _evictor.States, drain.Order.Bounds, drain.Now, rules with { NodeNotReadySince = _node.NotReadySince });
        drain.Progress.Observe(plan);
        return plan;
    }

    public void CarryOut(DrainPlan plan, CancellationToken cancellationToken)
    {
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
                underWay.Start(_evictor.DeleteAsync(pod, obstacle, cancellationToken));
            }
        }

        if (guard.LookFor(suspects, cancellationToken) is { } looking)
        {
            underWay.Start(looking);
        }

        pods.OpenWatch();
        if (Waits && plan.Pods.Any(planned => planned.IsStuck) && _node.Begin(cancellationToken) is { } watching)
        {
            underWay.Start(watching);
        }
    }

    private async Task EvictAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (await _evictor.EvictAsync(pod, cancellationToken) && Waits)
        {
            BudgetsOf(pod.Metadata.NamespaceProperty, cancellationToken).AddRefusal(pod);
        }
    }

    private BudgetWatch BudgetsOf(string @namespace, CancellationToken cancellationToken)
    {
        if (!_budgets.TryGetValue(@namespace, out var budgets))
        {
            _budgets[@namespace] = budgets = new(drain, @namespace, pods, _evictor.States);
            underWay.Start(budgets.RunAsync(cancellationToken));
        }

        return budgets;
    }
}
