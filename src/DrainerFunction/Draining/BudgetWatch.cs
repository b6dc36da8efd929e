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
    string @namespace, Func<IReadOnlyCollection<V1Pod>> pods, PodRequestStates requestStates, PooledRequests requests, DrainProgress progress, AsyncSignal changed, TimeProvider time, Random random)
    : WatchLoop<V1PodDisruptionBudget>(time, random)
{
    private readonly TimeProvider _time = time;
    private readonly Dictionary<string, V1PodDisruptionBudget> _budgets = new(StringComparer.Ordinal);

    /// <summary>One more pod was refused: if the budget behind it is known, says so.</summary>
    public void Refused(V1Pod pod)
    {
        foreach (var budget in _budgets.Values.Where(budget => budget.Covers(pod)))
        {
            ReportHolds(budget);
        }
    }

    /// <summary>Where the function may not watch, the backoff of each pod has to do.</summary>
    protected override bool EndsWhenForbidden => true;

    protected override TimeSpan Limit(TimeSpan pause) => requests.Limit(pause, _time.GetUtcNow());

    protected override IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        requests.WatchDisruptionBudgetsAsync(@namespace, cancellationToken);

    protected override void Began()
    {
        // A watch begins with all there are; what was deleted in between is not among them.
        _budgets.Clear();
        progress.Recovered($"watch the disruption budgets of {@namespace}");
    }

    protected override void Present(V1PodDisruptionBudget item)
    {
        _budgets[item.Metadata.Name] = item;
        ReportHolds(item);
        RetryHeldPods(item, item.Allowed);
    }

    protected override void Deleted(V1PodDisruptionBudget item)
    {
        _budgets.Remove(item.Metadata.Name);
        RetryHeldPods(item, int.MaxValue);
    }

    protected override void Failed(ApiServerException unanswered)
    {
        requests.SentAgain();
        progress.Trouble($"watch the disruption budgets of {@namespace}", unanswered.Message);
        ReportHoldsWithoutNumbers();
    }

    protected override void FellSilent() => requests.SentAgain();

    private void RetryHeldPods(V1PodDisruptionBudget budget, int allowed)
    {
        var now = _time.GetUtcNow();
        var free = (
            from pod in HeldBy(budget)
            let state = requestStates[pod.FullName.Uid]
            where !state.NextTryIsTheServers && state.NextTry > now && _budgets.Values.Count(other => other.Covers(pod)) <= 1
            orderby state.NextTry
            select pod.FullName.Uid).Take(allowed).ToArray();
        foreach (var uid in free)
        {
            requestStates[uid] = requestStates[uid] with { NextTry = now };
            changed.Set();
        }
    }

    private void ReportHolds(V1PodDisruptionBudget budget)
    {
        var held = HeldBy(budget).ToList();
        var status = budget.Status;
        var numbers = status is null ? null : new BudgetNumbers(
            status.DisruptionsAllowed ?? 0, status.CurrentHealthy ?? 0, status.DesiredHealthy ?? 0, status.ExpectedPods ?? 0);
        var overlaps = held.Exists(pod => _budgets.Values.Count(other => other.Covers(pod)) > 1);

        // A budget that has come to allow all of them holds none: they are asked for at once. Only a second refusal says otherwise.
        if (held.Count > 0 && (overlaps || !(numbers?.DisruptionsAllowed >= held.Count) || held.Exists(pod => requestStates[pod.FullName.Uid].Refusals > 1)))
        {
            progress.Held(new($"{@namespace}/{budget.Metadata.Name}", [.. held.Select(pod => pod.FullName)], numbers) { OverlapsAnother = overlaps });
        }
    }

    private void ReportHoldsWithoutNumbers()
    {
        var unknown =
            from pod in pods()
            let state = requestStates[pod.FullName.Uid]
            where IsHeld(pod, state) && pod.Metadata.NamespaceProperty == @namespace && !progress.IsHeld(pod.FullName)
            group pod.FullName by $"{@namespace}/{state.RefusingBudget}" into held
            select held;
        foreach (var held in unknown.ToArray())
        {
            progress.Held(new(held.Key, [.. held], Numbers: null));
        }
    }

    private IEnumerable<V1Pod> HeldBy(V1PodDisruptionBudget budget) =>
        pods().Where(pod => IsHeld(pod, requestStates[pod.FullName.Uid]) && budget.Covers(pod));

    private static bool IsHeld(V1Pod pod, PodRequestState state) =>
        !pod.IsTerminating && state is { Reply: PodReply.Refused, RefusingBudget: not null, WasDeletion: false };
}
