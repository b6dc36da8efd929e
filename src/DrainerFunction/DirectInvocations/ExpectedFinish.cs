using DrainerFunction.ApiServer;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.DirectInvocations;

/// <summary>How long pods take to leave if each uses its whole grace period and each replacement is ready at once. Pure.</summary>
internal static class ExpectedFinish
{
    /// <returns>Null when a pod waits for something that has no date.</returns>
    public static DateTimeOffset? Of(IReadOnlyCollection<LeavingPod> going, DateTimeOffset now)
    {
        var finish = now;
        foreach (var rank in going.GroupBy(pod => pod.IsCritical).OrderBy(rank => rank.Key))
        {
            var ends = rank.Select(pod => EndOf(pod, going, finish)).ToList();
            if (ends.Contains(null))
            {
                return null;
            }

            finish = ends.Append(finish).Max()!.Value;
        }

        return finish;
    }

    private static DateTimeOffset? EndOf(LeavingPod pod, IReadOnlyCollection<LeavingPod> going, DateTimeOffset start)
    {
        if (pod.TerminatedBy is { } by)
        {
            return pod.HasNoDate ? null : by > start ? by : start;
        }

        if (pod.HasNoDate)
        {
            return null;
        }

        if (pod.OptsOutUntil is { } turn)
        {
            return turn + pod.Grace;
        }

        var waves = pod.Budgets.Select(budget => Waves(budget, going.Count(other => other.IsUnder(budget)))).DefaultIfEmpty(1).ToList();
        return waves.Contains(null) ? null : start + (pod.Grace * waves.Max()!.Value);
    }

    // A budget lets so many go at a time; one that lets none go is not to be dated.
    private static int? Waves(V1PodDisruptionBudget budget, int pods) =>
        budget.Allowed <= 0 ? null : (pods + budget.Allowed - 1) / budget.Allowed;
}

/// <summary>A pod on its way out, as far as time is concerned.</summary>
/// <param name="TerminatedBy">When it should be gone, where it was asked to go already.</param>
/// <param name="HasNoDate">It is stuck, or its opt-out holds altogether.</param>
/// <param name="OptsOutUntil">Its turn, where its opt-out holds until then.</param>
internal sealed record LeavingPod(bool IsCritical, DateTimeOffset? TerminatedBy, bool HasNoDate, DateTimeOffset? OptsOutUntil, TimeSpan Grace, IReadOnlyList<V1PodDisruptionBudget> Budgets)
{
    /// <param name="budgets">Those that cover it, among others.</param>
    public static LeavingPod Of(PlannedPod planned, IEnumerable<V1PodDisruptionBudget> budgets, TimeSpan grace) => new(
        planned.Pod.IsCritical,
        planned.Pod.TerminatedBy,
        planned.IsStuck || planned is { OptsOut: true, Disposition: Disposition.Await { Until: null } },
        planned is { OptsOut: true, Disposition: Disposition.Await { Until: { } until } } ? until : null,
        grace,
        [.. budgets.Where(budget => budget.Covers(planned.Pod))]);

    public bool IsUnder(V1PodDisruptionBudget budget) => Budgets.Any(own => ReferenceEquals(own, budget));
}
