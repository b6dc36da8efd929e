using DrainerFunction.ApiServer;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.DirectInvocations;

/// <summary>How long a plan takes if each pod uses its whole grace period and each replacement is ready at once. Pure.</summary>
internal static class ExpectedFinish
{
    /// <returns>Null when a pod waits for something that nobody can date.</returns>
    public static DateTimeOffset? Of(DrainPlan plan, IReadOnlyList<V1PodDisruptionBudget> budgets, TimeSpan? operatorsGrace, DateTimeOffset now)
    {
        var going = plan.Pods.Where(planned => planned.Disposition is not Disposition.Leave).ToList();
        var finish = now;
        foreach (var rank in going.GroupBy(planned => planned.Pod.IsCritical).OrderBy(rank => rank.Key))
        {
            var ends = rank.Select(planned => EndOf(planned, going, budgets, operatorsGrace, finish)).ToList();
            if (ends.Contains(null))
            {
                return null;
            }

            finish = ends.Append(finish).Max()!.Value;
        }

        return finish;
    }

    public static IEnumerable<V1PodDisruptionBudget> Holding(V1Pod pod, IEnumerable<V1PodDisruptionBudget> budgets) =>
        budgets.Where(budget => budget.Covers(pod));

    private static DateTimeOffset? EndOf(
        PlannedPod planned, List<PlannedPod> going, IReadOnlyList<V1PodDisruptionBudget> budgets, TimeSpan? operatorsGrace, DateTimeOffset start)
    {
        if (planned.Pod.TerminatedBy is { } by)
        {
            return planned.IsStuck ? null : by > start ? by : start;
        }

        if (planned is { OptsOut: true, Disposition: Disposition.Await(_, var turn) })
        {
            return turn + (operatorsGrace ?? planned.Pod.OwnGracePeriod);
        }

        var waves = Holding(planned.Pod, budgets).Select(budget => Waves(budget, going.Count(one => budget.Covers(one.Pod)))).DefaultIfEmpty(1).ToList();
        return waves.Contains(null)
            ? null
            : start + ((operatorsGrace ?? planned.Pod.OwnGracePeriod) * waves.Max()!.Value);
    }

    // A budget lets so many go at a time; one that lets none go is not to be dated.
    private static int? Waves(V1PodDisruptionBudget budget, int pods) =>
        budget.Allowed <= 0 ? null : (pods + budget.Allowed - 1) / budget.Allowed;
}
