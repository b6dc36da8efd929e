using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using DrainerFunction.Planning;
using DrainerFunction.Runtime;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// One drain of one node: look at what is there, plan, carry out, wait for the next change. A pod that is held,
/// replaced, already going or too late for its grace period is only the next plan; nothing is remembered but what was
/// asked and answered.
/// </summary>
internal sealed class NodeDrain : IDisposable
{
    private const int ListingsOfAMachineThatIsOff = 3;

    private readonly DrainOrder _order;
    private readonly DrainRules _rules;
    private readonly Requests _requests;
    private readonly DrainLedger _ledger;
    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly PodFacts _facts = new();
    private readonly AsyncSignal _changed = new();
    private readonly WorkUnderWay _underWay;
    private readonly Dictionary<string, BudgetWatch> _budgets = new(StringComparer.Ordinal);
    private readonly PodWatch _pods;
    private readonly Evictions _ask;
    private bool _nodeIsGone;
    private bool _hasLookedForTheNode;

    public NodeDrain(DrainOrder order, DrainRules rules, Requests requests, DrainLedger ledger, TimeProvider time, Random chance)
    {
        (_order, _rules, _requests, _ledger, _time, _chance) = (order, rules, requests, ledger, time, chance);
        _underWay = new(_changed);
        _pods = new(order.Target.NodeName, requests, ledger, _changed, time, chance);
        _ask = new(_facts, requests, ledger, LookAt, time, chance);
        order.Deadline.Moved += _changed.Set;
    }

    public bool PodsWereListed => _pods.WereListed;

    /// <summary>The pods that are on the node as far as is known.</summary>
    public IReadOnlyCollection<V1Pod> Pods => _pods.Pods;

    /// <summary>The claims of all pods that the drain wanted gone.</summary>
    public HashSet<string> ClaimsToFree { get; } = new(StringComparer.Ordinal);

    private Deadline Deadline => _order.AskOnce ? Deadline.Hard(_time.GetUtcNow()) : _order.Deadline.Current;

    public async Task<DrainEnding> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_underWay.Stopped, cancellationToken);
        try
        {
            return _order.AskOnce ? await AskOnceAsync(stop.Token) : await EmptyAsync(stop.Token);
        }
        finally
        {
            await _underWay.StopAsync();
        }
    }

    public void Dispose()
    {
        _order.Deadline.Moved -= _changed.Set;
        _underWay.Dispose();
    }

    private async Task<DrainEnding> EmptyAsync(CancellationToken cancellationToken)
    {
        _underWay.Start(_pods.RunAsync(cancellationToken));
        while (true)
        {
            _changed.Reset();
            await _underWay.FaultsAsync();
            var plan = _pods.WereListed ? Plan() : null;
            if (plan?.IsComplete is true)
            {
                return DrainEnding.Emptied;
            }

            if (_nodeIsGone)
            {
                return DrainEnding.NodeGone;
            }

            if (_time.GetUtcNow() >= Deadline.At)
            {
                return DrainEnding.BoundReached;
            }

            if (plan is not null)
            {
                CarryOut(plan, cancellationToken);
            }

            await _changed.WaitAsync(UntilNext(plan), _time, cancellationToken);
        }
    }

    private async Task<DrainEnding> AskOnceAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; !_pods.WereListed; tries++)
        {
            try
            {
                await _pods.ListAsync(cancellationToken);
            }
            catch (ApiServerException unanswered)
            {
                _ledger.Trouble("list the pods", unanswered.Message);
                if (tries == ListingsOfAMachineThatIsOff)
                {
                    return DrainEnding.BoundReached;
                }

                _requests.SentAgain();
                await Task.Delay(Whole.Milliseconds(Backoff.After(tries, _chance)), _time, cancellationToken);
            }
        }

        CarryOut(Plan(), cancellationToken);
        await _underWay.AllAsync();
        return DrainEnding.Emptied;
    }

    private DrainPlan Plan()
    {
        var plan = DrainPlan.For(_pods.Pods, _facts, Deadline, _time.GetUtcNow(), _rules);
        _ledger.Observe(plan);
        foreach (var planned in plan.Pods.Where(planned => planned.Disposition is not Disposition.Leave))
        {
            ClaimsToFree.UnionWith(planned.Pod.Claims);
        }

        return plan;
    }

    private void CarryOut(DrainPlan plan, CancellationToken cancellationToken)
    {
        foreach (var (pod, disposition) in plan.Pods)
        {
            if (disposition is Disposition.Evict)
            {
                _underWay.Start(_ask.EvictAsync(pod, held => Watch(held, cancellationToken), cancellationToken));
            }
            else if (disposition is Disposition.Delete(_, var budget))
            {
                _underWay.Start(_ask.DeleteAsync(pod, budget, cancellationToken));
            }
        }

        _pods.Want();
        if (plan.Pods.Any(planned => planned.IsStuck) && !_hasLookedForTheNode)
        {
            _hasLookedForTheNode = true;
            _underWay.Start(LookForTheNodeAsync(cancellationToken));
        }
    }

    private void Watch(V1Pod held, CancellationToken cancellationToken)
    {
        if (_order.AskOnce)
        {
            return;
        }

        if (!_budgets.TryGetValue(held.Metadata.NamespaceProperty, out var budgets))
        {
            budgets = new(held.Metadata.NamespaceProperty, () => _pods.Pods, _facts, _requests, _ledger, _changed, _time, _chance);
            _budgets.Add(held.Metadata.NamespaceProperty, budgets);
            _underWay.Start(budgets.RunAsync(cancellationToken));
        }

        budgets.Refused(held);
    }

    // A pod that does not end may belong to a node that is no more: then nobody is left who could end it.
    private async Task LookForTheNodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            _nodeIsGone = await _requests.GetNodeAsync(_order.Target.NodeName, cancellationToken) is null;
        }
        catch (ApiServerException unanswered)
        {
            _ledger.Trouble("look for the node", unanswered.Message);
        }
    }

    private PodOutlook LookAt(V1Pod pod) => new(pod, _facts[pod.FullName.Uid], Deadline, _time.GetUtcNow(), _rules);

    private TimeSpan UntilNext(DrainPlan? plan)
    {
        var next = plan?.ChangesAt < Deadline.At ? plan.ChangesAt.Value : Deadline.At;
        return Whole.Milliseconds(next - _time.GetUtcNow());
    }
}

internal enum DrainEnding
{
    Emptied,
    BoundReached,
    NodeGone,
}
