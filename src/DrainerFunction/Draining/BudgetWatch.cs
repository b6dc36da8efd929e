using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// The disruption budgets of one namespace, watched from the first refusal on: it says why a drain waits, and lets as
/// many pods try again as a budget has come to allow, at once and without polling.
/// </summary>
internal sealed class BudgetWatch(
    string @namespace, Func<IReadOnlyCollection<V1Pod>> pods, PodRequestStates facts, PooledRequests requests, DrainProgress ledger, AsyncSignal changed, TimeProvider time, Random chance)
{
    private readonly Dictionary<string, V1PodDisruptionBudget> _budgets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BudgetNumbers?> _told = new(StringComparer.Ordinal);

    /// <summary>Ends by cancellation, or when we may not watch: then the backoff of each pod has to do.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var began = time.GetUtcNow();
            try
            {
                await FollowAsync(cancellationToken);
            }
            catch (ApiServerException unanswered)
            {
                requests.SentAgain();
                ledger.Trouble($"watch the disruption budgets of {@namespace}", unanswered.Message);
                TellWithoutNumbers();
                if (unanswered.Refusal is ApiServerRefusal.Forbidden)
                {
                    return;
                }
            }

            // The server ends a watch every few minutes: only one that did not last is a failure.
            failures = time.GetUtcNow() - began < PodWatch.Brief ? failures + 1 : 1;
            await Task.Delay(RoundedTime.Milliseconds(Backoff.After(failures, chance)), time, cancellationToken);
        }
    }

    /// <summary>One more pod was refused: if the budget behind it is known, says so.</summary>
    public void Refused(V1Pod pod)
    {
        foreach (var budget in _budgets.Values.Where(budget => budget.Covers(pod)))
        {
            Tell(budget);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(PodWatch.Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            var isFirst = true;
            await foreach (var watched in requests.WatchDisruptionBudgetsAsync(@namespace, either.Token))
            {
                silence.CancelAfter(PodWatch.Silence);
                if (isFirst)
                {
                    // A watch begins with all there are; what was deleted in between is not among them.
                    _budgets.Clear();
                    ledger.Recovered($"watch the disruption budgets of {@namespace}");
                    isFirst = false;
                }

                Take(watched);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            requests.SentAgain();
        }
    }

    private void Take(WatchEvent<V1PodDisruptionBudget> watched)
    {
        switch (watched)
        {
            case WatchEvent<V1PodDisruptionBudget>.Present(var budget, _):
                _budgets[budget.Metadata.Name] = budget;
                Tell(budget);
                LetTry(budget, budget.Allowed);
                break;
            case WatchEvent<V1PodDisruptionBudget>.Deleted(var budget, _):
                _budgets.Remove(budget.Metadata.Name);
                LetTry(budget, int.MaxValue);
                break;
        }
    }

    private void LetTry(V1PodDisruptionBudget budget, int allowed)
    {
        var now = time.GetUtcNow();
        var free = (
            from pod in HeldBy(budget)
            let fact = facts[pod.FullName.Uid]
            where !fact.NextTryIsTheServers && fact.NextTry > now && _budgets.Values.Count(other => other.Covers(pod)) <= 1
            orderby fact.NextTry
            select pod.FullName.Uid).Take(allowed).ToArray();
        foreach (var uid in free)
        {
            facts[uid] = facts[uid] with { NextTry = now };
            changed.Set();
        }
    }

    private void Tell(V1PodDisruptionBudget budget)
    {
        PodName[] held = [.. HeldBy(budget).Select(pod => pod.FullName)];
        var status = budget.Status;
        var numbers = status is null ? null : new BudgetNumbers(
            status.DisruptionsAllowed ?? 0, status.CurrentHealthy ?? 0, status.DesiredHealthy ?? 0, status.ExpectedPods ?? 0);
        var name = $"{@namespace}/{budget.Metadata.Name}";
        if (held.Length > 0 && (!_told.TryGetValue(name, out var before) || before != numbers))
        {
            _told[name] = numbers;
            ledger.Held(new(name, held, numbers));
        }
    }

    private void TellWithoutNumbers()
    {
        var unknown =
            from pod in pods()
            let fact = facts[pod.FullName.Uid]
            where IsHeld(pod, fact) && pod.Metadata.NamespaceProperty == @namespace
            group pod.FullName by $"{@namespace}/{fact.RefusingBudget}" into held
            where !_told.ContainsKey(held.Key)
            select held;
        foreach (var held in unknown.ToArray())
        {
            _told[held.Key] = null;
            ledger.Held(new(held.Key, [.. held], Numbers: null));
        }
    }

    private IEnumerable<V1Pod> HeldBy(V1PodDisruptionBudget budget) =>
        pods().Where(pod => IsHeld(pod, facts[pod.FullName.Uid]) && budget.Covers(pod));

    private static bool IsHeld(V1Pod pod, PodRequestState fact) =>
        !pod.IsTerminating && fact is { Reply: PodReply.Refused, RefusingBudget: not null, WasDeletion: false };
}
