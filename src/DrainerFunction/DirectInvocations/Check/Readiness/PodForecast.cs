using DrainerFunction.ApiServer;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>What is kept of a pod that a drain of its node would move, after its page is forgotten.</summary>
internal sealed record PodForecast
{
    public required Workload Workload { get; init; }

    public required string Node { get; init; }

    /// <summary>What it asks for, and what the notice leaves of it.</summary>
    public required TimeSpan Grace { get; init; }

    public required TimeSpan GraceLeft { get; init; }

    public required LeavingPod Leaving { get; init; }

    /// <summary>DELETE_LOCAL_DATA=false keeps it there until the machine ends.</summary>
    public bool StaysWithItsData { get; init; }

    public bool HasLocalData { get; init; }

    public bool HasVolumes { get; init; }

    public string? OptOut { get; init; }

    public bool ToleratesCordon { get; init; }

    public IReadOnlyList<V1PodDisruptionBudget> Budgets => Leaving.Budgets;

    /// <returns>Null where a drain leaves the pod and loses nothing by it: a mirror pod, one of a DaemonSet, a finished one.</returns>
    public static PodForecast? Of(V1Pod pod, Workload workload, IReadOnlyList<V1PodDisruptionBudget> budgets, SpotForecast notice)
    {
        var planned = notice.Plan(pod);
        var keepsData = planned.Disposition is Disposition.Leave && pod.HasEmptyDir && !pod.IsMirror && !pod.IsOwnedByDaemonSet && !pod.IsFinished;
        if (planned.Disposition is Disposition.Leave && !keepsData)
        {
            return null;
        }

        var grace = notice.GraceOf(pod);
        return new()
        {
            Workload = workload,
            Node = pod.Spec.NodeName,
            Grace = grace,
            GraceLeft = planned.Disposition is Disposition.Evict({ } given) ? given : grace,
            Leaving = LeavingPod.Of(planned, budgets, grace),
            StaysWithItsData = keepsData,
            HasLocalData = pod.HasEmptyDir,
            HasVolumes = pod.Claims.Any(),
            OptOut = pod.OptOut,
            ToleratesCordon = notice.ToleratesCordon(pod),
        };
    }
}
