using System.Globalization;

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
        .. plan.Hints.Count == 1 ? ["There is one hint below."] : plan.Hints.Count > 1 ? [$"There are {plan.Hints.Count} hints below."] : (string[])[],
    ];

    private static IEnumerable<string> Subject(PlanAnswer plan)
    {
        yield return plan switch
        {
            { State: null } => $"Nothing is known of the instance {plan.Instance} in {plan.Region} of account {plan.Account}.",
            { Node: null } => $"The instance {plan.Instance} is {plan.State} and has no node that could be found{(plan.Cluster is null ? "" : $" in the cluster {plan.Cluster}")}.",
            _ => $"The instance {plan.Instance} is {plan.State} and is the node {plan.Node} of the cluster {plan.Cluster}.",
        };
        if (plan is { State: not null, IsOurs: false })
        {
            yield return "It is not ours: an event about it would be left alone.";
        }

        if (plan.InterruptedBy is { } kinds)
        {
            yield return $"It is cordoned by us already, for {string.Join(" and ", kinds)}.";
        }
        else if (plan.IsCordoned is true)
        {
            yield return "Somebody else has cordoned it; that cordon would stay.";
        }
    }

    private static IEnumerable<string> Pods(PlanAnswer plan)
    {
        var leave = plan.Pods.Count(pod => pod.Disposition == "leave");
        yield return $"Of its {plan.Pods.Count} pods {plan.Pods.Count - leave} would go and {leave} would stay.";
        foreach (var budget in plan.DisruptionBudgets)
        {
            yield return budget.DisruptionsAllowed == 0
                ? $"The disruption budget {budget.Namespace}/{budget.Name} lets none of its {budget.PodsHere} pods here go now: {budget.CurrentHealthy} are healthy and {budget.DesiredHealthy} must be."
                : $"The disruption budget {budget.Namespace}/{budget.Name} lets {budget.DisruptionsAllowed} of its {budget.PodsHere} pods here go at a time.";
        }

        foreach (var pod in plan.Pods.Where(pod => pod.Disposition == "await"))
        {
            yield return $"{pod.Pod} would be waited for: {pod.Reason}.";
        }
    }

    private static IEnumerable<string> Finish(PlanAnswer plan, DateTimeOffset now)
    {
        var bound = plan.Deadline is { } deadline ? $"The deadline is {Clock(deadline)}, {(plan.DeadlineIsHard ? "hard" : "soft")}" : "There is no deadline";
        yield return (plan.ExpectedFinish, plan.Deadline) switch
        {
            (null, _) => $"{bound}; when the drain would be done nobody can say, for something above has to give way first.",
            ({ } finish, { } at) when finish > at => $"{bound}: too early, for if every pod takes its whole grace period the drain is done at {Clock(finish)}.",
            ({ } finish, _) => string.Create(CultureInfo.InvariantCulture, $"{bound}; if every pod takes its whole grace period the drain is done {(finish - now).TotalSeconds:0} s after its start."),
        };
    }

    private static IEnumerable<string> Group(PlanAnswerGroup group)
    {
        yield return $"In its Auto Scaling group {group.Name} it is {group.State}.";
        foreach (var hook in group.Hooks.Where(hook => hook.MayHold))
        {
            yield return $"The hook {hook.Name} may hold it{(hook.IsOurs ? ", and would be kept waiting and then answered" : "; it is not ours and would be left alone")}.";
        }
    }

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
