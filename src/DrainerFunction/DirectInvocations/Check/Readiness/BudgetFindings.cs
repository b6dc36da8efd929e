using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Logging;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>The disruption budgets that would refuse a workload's evictions. Pure.</summary>
internal static class BudgetFindings
{
    public static IEnumerable<WorkloadFinding> Of(IReadOnlyList<PodForecast> pods, SpotForecast notice)
    {
        var (verdict, fate) = notice.IsForced
            ? (ReadinessVerdict.WouldBeCut, "they would be deleted past it shortly before the machine ends")
            : (ReadinessVerdict.WouldBeLost, "they would end with the machine (FORCE_BEFORE_DEADLINE is false)");
        var doubled = pods.Where(pod => pod.Budgets.Count > 1).ToList();
        if (doubled is [var first, ..])
        {
            yield return new(WorkloadRisk.TwoBudgets, doubled.Count, verdict, $"{Plural.Of(doubled.Count, "pod", "is", "are")} under {first.Budgets.Count} disruption budgets ({string.Join(", ", first.Budgets.Select(budget => budget.Metadata.Name))}): the API server refuses every eviction; {fate}.",
                $"kubectl --namespace {first.Workload.Namespace} delete poddisruptionbudget {first.Budgets[^1].Metadata.Name}, or narrow its selector");
        }

        foreach (var under in pods.Where(pod => pod.Budgets.Count == 1).GroupBy(pod => pod.Budgets[0]))
        {
            if (Of(under.Key, [.. under], notice, verdict, fate) is { } finding)
            {
                yield return finding;
            }
        }
    }

    private static WorkloadFinding? Of(V1PodDisruptionBudget budget, IReadOnlyList<PodForecast> pods, SpotForecast notice, ReadinessVerdict verdict, string fate)
    {
        var (name, count) = (budget.Metadata.Name, Plural.Of(pods.Count, "pod"));
        return budget switch
        {
            { Allowed: <= 0, NeverAllows: true } => new(WorkloadRisk.BudgetNeverAllows, pods.Count, verdict, $"Disruption budget {name} never allows a disruption ({Why(budget)}): {count} would be refused, and {fate}.",
                $"kubectl --namespace {budget.Metadata.NamespaceProperty} patch poddisruptionbudget {name} --type merge --patch '{{\"spec\":{{\"minAvailable\":null,\"maxUnavailable\":1}}}}'"),
            { Allowed: <= 0 } => new(WorkloadRisk.BudgetExhausted, pods.Count, verdict, $"Disruption budget {name} allows no disruption now (healthy {budget.Status?.CurrentHealthy ?? 0}, required {budget.Status?.DesiredHealthy ?? 0}): {count} would be refused until others are healthy, and {fate}.",
                $"Repair the pods that are not ready; unhealthyPodEvictionPolicy: AlwaysAllow lets those go: kubectl --namespace {budget.Metadata.NamespaceProperty} describe poddisruptionbudget {name}"),
            _ when Slowest(budget, pods) is var needed && needed > notice.LongestGrace => new(WorkloadRisk.BudgetTooSlow, pods.Count, ReadinessVerdict.WouldBeCut, $"Disruption budget {name} allows {budget.Allowed} at a time: the pods of one node would need {needed.TotalSeconds:0} s, and {notice.LongestGrace.TotalSeconds:0} s are left.",
                "Spread the pods over more nodes (topologySpreadConstraints), shorten their grace period, or raise maxUnavailable"),
            _ => null,
        };
    }

    // In waves, each as long as the longest grace period, on the node with most of them.
    private static TimeSpan Slowest(V1PodDisruptionBudget budget, IReadOnlyList<PodForecast> pods) => pods
        .GroupBy(pod => pod.Node)
        .Max(node => ((node.Count() + budget.Allowed - 1) / budget.Allowed) is > 1 and var waves ? node.Max(pod => pod.Grace) * waves : TimeSpan.Zero);

    private static string Why(V1PodDisruptionBudget budget) =>
        (budget.Status?.ExpectedPods ?? 0) == 0 ? "its numbers cannot be computed: a pod under it has no controller that scales"
        : budget.Spec?.MaxUnavailable?.ToString() is { Length: > 0 } unavailable ? $"maxUnavailable {unavailable}"
        : $"minAvailable {budget.Spec?.MinAvailable?.ToString() ?? "100%"} of {Plural.Of(budget.Status?.ExpectedPods ?? 0, "pod")}";
}
