using DrainerFunction.ApiServer;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// The disruption budgets of one namespace, watched from the first refusal on: it says why a drain waits, and lets as
/// many pods try again as a budget has come to allow, at once and without polling.
/// </summary>
internal sealed class BudgetWatch(DrainContext drain, string @namespace, PodWatch pods, PodRequestStates requestStates)
    : DrainWatch<V1PodDisruptionBudget>(drain, $"watch the disruption budgets of {@namespace}")
{
    private readonly Dictionary<string, V1PodDisruptionBudget> _budgets = new(StringComparer.Ordinal);

    /// <summary>Where the function may not watch, the backoff of each pod has to do.</summary>
    protected override bool EndsWhenForbidden => true;

    /// <summary>One more pod was refused: if the budget behind it is known, says so.</summary>
    public void AddRefusal(V1Pod pod)
    {
        foreach (var budget in Covering(pod))
        {
            ReportHold(budget);
        }
    }

    protected override IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        Drain.Requests.WatchDisruptionBudgetsAsync(@namespace, cancellationToken);

    protected override void OnFirstEvent()
    {
        // A watch begins with all there are; what was deleted in between is not among them.
        _budgets.Clear();
        base.OnFirstEvent();
    }

    protected override void OnPresent(V1PodDisruptionBudget item)
    {
        _budgets[item.Metadata.Name] = item;
        ReportHold(item);
        RetryHeldPods(item, item.Allowed);
    }

    protected override void OnDeleted(V1PodDisruptionBudget item)
    {
        _budgets.Remove(item.Metadata.Name);
        RetryHeldPods(item, int.MaxValue);
    }

    protected override void OnFailure(ApiServerException unanswered)
    {
        base.OnFailure(unanswered);
        ReportUnknownBudgets();
    }

    private void RetryHeldPods(V1PodDisruptionBudget budget, int allowed)
    {
        var now = Drain.Now;
        var free = (
            from pod in HeldBy(budget)
            let state = requestStates[pod.FullName.Uid]
            where !state.NextTryIsTheServers && state.NextTry > now && Covering(pod).Count() <= 1
            orderby state.NextTry
            select pod.FullName.Uid).Take(allowed).ToArray();
        foreach (var uid in free)
        {
            requestStates[uid] = requestStates[uid] with { NextTry = now };
            Drain.Changed.Set();
        }
    }

    private void ReportHold(V1PodDisruptionBudget budget)
    {
        var held = HeldBy(budget).ToList();
        var numbers = budget.Status is { } status
            ? new BudgetNumbers(status.DisruptionsAllowed ?? 0, status.CurrentHealthy ?? 0, status.DesiredHealthy ?? 0, status.ExpectedPods ?? 0)
            : null;
        var overlaps = held.Exists(pod => Covering(pod).Count() > 1);

        // A budget that has come to allow all of them holds none: they are asked for at once. Only a second refusal says otherwise.
        if (held.Count > 0 && (overlaps || !(numbers?.DisruptionsAllowed >= held.Count) || held.Exists(pod => requestStates[pod.FullName.Uid].Refusals > 1)))
        {
            Drain.Progress.AddHold(new($"{@namespace}/{budget.Metadata.Name}", [.. held.Select(pod => pod.FullName)], numbers) { OverlapsAnother = overlaps });
        }
    }

    private void ReportUnknownBudgets()
    {
        var unknown =
            from pod in pods.Pods
            let state = requestStates[pod.FullName.Uid]
            where IsHeld(pod, state) && pod.Metadata.NamespaceProperty == @namespace && !Drain.Progress.IsHeld(pod.FullName)
            group pod.FullName by $"{@namespace}/{state.RefusingBudget}";
        foreach (var held in unknown.ToArray())
        {
            Drain.Progress.AddHold(new(held.Key, [.. held], Numbers: null));
        }
    }

    private IEnumerable<V1PodDisruptionBudget> Covering(V1Pod pod) => _budgets.Values.Where(budget => budget.Covers(pod));

    private IEnumerable<V1Pod> HeldBy(V1PodDisruptionBudget budget) =>
        pods.Pods.Where(pod => IsHeld(pod, requestStates[pod.FullName.Uid]) && budget.Covers(pod));

    private static bool IsHeld(V1Pod pod, PodRequestState state) =>
        !pod.IsTerminating && state is { Reply: PodReply.Refused, RefusingBudget: not null, WasDeletion: false };
}
