using System.Globalization;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.DirectInvocations;

/// <summary>A plan in a few sentences.</summary>
internal static class PlanSummary
{
    public static IReadOnlyList<string> Of(PlanAnswer plan, DateTimeOffset now) =>
    [
        .. Subject(plan),
        .. plan.Node is null ? [] : Pods(plan),
        .. plan.Node is null ? [] : Finish(plan, now),
        .. plan.AutoScaling is { } group ? Group(group) : [],
        .. plan.Hints is { } hints ? [$"{Plural.Of(hints.Count, "hint")} below {(hints.Count == 1 ? "says" : "say")} what stands in the way and what helps."] : (string[])[],
    ];

    private static IEnumerable<string> Subject(PlanAnswer plan)
    {
        yield return plan switch
        {
            { State: null } => $"Instance {plan.Instance} was not found in {plan.Region} of account {plan.Account}.",
            { Node: null } => $"Instance {plan.Instance} is {plan.State}; no node was found{(plan.Cluster is null ? "" : $" in cluster {plan.Cluster}")}.",
            _ => $"Instance {plan.Instance} is {plan.State} and is node {plan.Node} of cluster {plan.Cluster}.",
        };
        if (plan is { State: not null, IsOurs: false })
        {
            yield return "It is not managed by this function: its events would be ignored.";
        }

        if (plan.InterruptedBy is { } kinds)
        {
            yield return $"It is already cordoned by this function for {string.Join(" and ", kinds)}.";
        }
        else if (plan.IsCordoned is true)
        {
            yield return "It is cordoned by another actor; that cordon would stay.";
        }
    }

    private static IEnumerable<string> Pods(PlanAnswer plan)
    {
        var leave = plan.Pods.Count(pod => pod.Disposition == "leave");
        yield return $"{plan.Pods.Count - leave} of {Plural.Of(plan.Pods.Count, "pod")} would be evicted, {leave} would be skipped.";
        foreach (var budget in plan.DisruptionBudgets)
        {
            yield return budget.DisruptionsAllowed == 0
                ? $"Disruption budget {budget.Namespace}/{budget.Name} allows no disruption now ({Plural.Of(budget.PodsHere, "pod")} on this node): healthy {budget.CurrentHealthy}, required {budget.DesiredHealthy}."
                : $"Disruption budget {budget.Namespace}/{budget.Name} allows {Plural.Of(budget.DisruptionsAllowed, "disruption")} at a time ({Plural.Of(budget.PodsHere, "pod")} on this node).";
        }

        foreach (var pod in plan.Pods.Where(pod => pod.Disposition == "await"))
        {
            yield return $"Pod {pod.Pod} would be waited for: {pod.Reason}.";
        }
    }

    private static IEnumerable<string> Finish(PlanAnswer plan, DateTimeOffset now)
    {
        var bound = plan.Deadline is { } deadline ? $"Deadline {Clock(deadline)} ({plan.DeadlineKind})" : "No deadline";
        if (plan.Bounds.Count > 1)
        {
            yield return $"It is bound {string.Join(", ", plan.Bounds.Select(each => $"until {Clock(each.At)} ({each.Kind}{(each.Of is null ? "" : $", {each.Of}")})"))}.";
        }

        yield return (plan.ExpectedFinish, plan.Deadline) switch
        {
            (null, _) => $"{bound}; completion time unknown: blocked by the items above.",
            ({ } finish, { } at) when finish > at => $"{bound} is too early: with full grace periods the drain ends at {Clock(finish)}.",
            ({ } finish, _) => string.Create(CultureInfo.InvariantCulture, $"{bound}; with full grace periods the drain ends {(finish - now).TotalSeconds:0} s after its start."),
        };
    }

    private static IEnumerable<string> Group(PlanAnswerGroup group)
    {
        yield return $"Auto Scaling group {group.Name} reports it as {group.State}.";
        foreach (var hook in group.Hooks.Where(hook => hook.MayHold))
        {
            yield return $"Lifecycle hook {hook.Name} may hold it{(hook.IsOurs ? " and would be kept alive, then completed" : "; it is not managed by this function and would be ignored")}.";
        }
    }

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
