using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Interruptions;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Makes the plan of a drain from what is known now and starts what is due in it: nothing here waits.</summary>
internal sealed class PlanExecutor
{
    private readonly DrainOrder _order;
    private readonly DrainRules _rules;
    private readonly DrainProgress _progress;
    private readonly TimeProvider _time;
    private readonly PodRequestStates _requestStates = new();
    private readonly PodWatch _pods;
    private readonly CordonGuard _guard;
    private readonly NodeHealthWatch _node;
    private readonly TaskGroup _underWay;
    private readonly PodEvictor _ask;
    private readonly Func<string, BudgetWatch> _watchBudgetsOf;
    private readonly Dictionary<string, BudgetWatch> _budgets = new(StringComparer.Ordinal);

    public PlanExecutor(
        DrainOrder order, DrainRules rules, PodWatch pods, CordonGuard guard, TaskGroup underWay, AsyncSignal changed, PooledRequests requests, DrainProgress progress, TimeProvider time, Random random)
    {
        (_order, _rules, _progress, _time) = (order, rules, progress, time);
        _node = new(order, requests, progress, changed, time, random);
        (_pods, _guard, _underWay) = (pods, guard, underWay);
        _ask = new(_requestStates, requests, progress, LookAt, time, random);
        _watchBudgetsOf = @namespace => new(@namespace, () => pods.Pods, _requestStates, requests, progress, changed, time, random);
    }

    public Bounds Bounds => _order.Bounds;

    public bool NodeIsGone => _node.IsGone || _guard.NodeIsGone;

    // Where each pod is only asked, nothing is followed.
    private bool Waits => !_order.AskOnce && _time.GetUtcNow() < Bounds.End;

    private DrainRules Rules => _rules with { NodeNotReadySince = _node.NotReadySince };

    public DrainPlan Plan()
    {
        var plan = DrainPlan.For(_pods.Pods, _requestStates, Bounds, _time.GetUtcNow(), Rules);
        _progress.Observe(plan);
        return plan;
    }

    public void CarryOut(DrainPlan plan, CancellationToken cancellationToken)
    {
        List<V1Pod> suspects = [];
        foreach (var (pod, disposition) in plan.Pods)
        {
            if (disposition is Disposition.Evict or Disposition.Delete && _guard.Suspects(pod))
            {
                suspects.Add(pod);
            }
            else if (disposition is Disposition.Evict)
            {
                _underWay.Start(_ask.EvictAsync(pod, held => Watch(held, cancellationToken), cancellationToken));
            }
            else if (disposition is Disposition.Delete(_, var obstacle))
            {
                _underWay.Start(_ask.DeleteAsync(pod, obstacle, cancellationToken));
            }
        }

        if (_guard.LookFor(suspects, cancellationToken) is { } looking)
        {
            _underWay.Start(looking);
        }

        _pods.Want();
        if (Waits && plan.Pods.Any(planned => planned.IsStuck) && _node.Begin(cancellationToken) is { } watching)
        {
            _underWay.Start(watching);
        }
    }

    private void Watch(V1Pod held, CancellationToken cancellationToken)
    {
        if (!Waits)
        {
            return;
        }

        if (!_budgets.TryGetValue(held.Metadata.NamespaceProperty, out var budgets))
        {
            budgets = _watchBudgetsOf(held.Metadata.NamespaceProperty);
            _budgets.Add(held.Metadata.NamespaceProperty, budgets);
            _underWay.Start(budgets.RunAsync(cancellationToken));
        }

        budgets.Refused(held);
    }

    private PodSnapshot LookAt(V1Pod pod) => new(pod, _requestStates[pod.FullName.Uid], Bounds, _time.GetUtcNow(), Rules);
}
