using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>From the pods of one workload to what would hurt it. Pure.</summary>
internal static class WorkloadFindings
{
    public static WorkloadReadiness Of(Workload workload, IReadOnlyList<PodForecast> pods, int replicas, SpotForecast notice)
    {
        WorkloadFinding[] findings =
        [
            .. Grace(pods, notice),
            .. BudgetFindings.Of(pods, notice),
            .. Shape(workload, pods, replicas),
            .. Places(pods),
        ];
        return new(workload, pods.Count, replicas, findings.Select(finding => finding.Verdict).DefaultIfEmpty(ReadinessVerdict.Ready).Max(), [.. findings.OrderByDescending(finding => finding.Verdict)]);
    }

    private static IEnumerable<WorkloadFinding> Grace(IReadOnlyList<PodForecast> pods, SpotForecast notice)
    {
        var cut = pods.Where(pod => pod.GraceLeft < pod.Grace).ToList();
        return cut is [] ? [] :
        [
            new(
                WorkloadRisk.GraceTooLong,
                cut.Count,
                ReadinessVerdict.WouldBeCut,
                $"{Plural.Of(cut.Count, "pod")} would get {cut.Min(pod => pod.GraceLeft).TotalSeconds:0} s of a grace period of {cut.Max(pod => pod.Grace).TotalSeconds:0} s.",
                $"Set terminationGracePeriodSeconds to {notice.LongestGrace.TotalSeconds:0} or less, or keep it off Spot instances by a node affinity"),
        ];
    }

    private static IEnumerable<WorkloadFinding> Shape(Workload workload, IReadOnlyList<PodForecast> pods, int replicas)
    {
        if (workload.IsStandalone)
        {
            yield return new(WorkloadRisk.StandalonePod, pods.Count, ReadinessVerdict.WouldBeLost, "It has no controller: once its node is drained nothing creates it again.", "Run it as a Deployment, StatefulSet or Job");
        }
        else if (replicas == 1 && !workload.MayBeAlone && pods.All(pod => pod.Budgets is []))
        {
            yield return new(WorkloadRisk.SingleReplica, pods.Count, ReadinessVerdict.Ready, "It has a single replica and no disruption budget: it is down from its eviction until its successor is ready.",
                $"kubectl --namespace {workload.Namespace} scale {workload.Kind.ToLowerInvariant()} {workload.Name} --replicas 2, and a disruption budget with maxUnavailable 1");
        }

        if (pods.Where(pod => pod.StaysWithItsData).ToList() is [_, ..] staying)
        {
            yield return new(WorkloadRisk.LocalData, staying.Count, ReadinessVerdict.WouldBeLost, $"{Plural.Of(staying.Count, "pod")} with emptyDir data would not be evicted (DELETE_LOCAL_DATA is false) and would end with the machine.", "Set DELETE_LOCAL_DATA=true, or keep the data on a persistent volume");
        }
        else if (pods.Where(pod => pod.HasLocalData).ToList() is [_, ..] local)
        {
            yield return new(WorkloadRisk.LocalData, local.Count, ReadinessVerdict.Ready, $"{Plural.Of(local.Count, "pod")} would leave {(local.Count == 1 ? "its" : "their")} emptyDir data behind.", "Nothing if it is a cache; otherwise keep the data on a persistent volume");
        }
    }

    private static IEnumerable<WorkloadFinding> Places(IReadOnlyList<PodForecast> pods)
    {
        if (pods.Where(pod => pod.OptOut is not null).ToList() is [var first, ..] optedOut)
        {
            yield return new(WorkloadRisk.OptOut, optedOut.Count, ReadinessVerdict.WouldBeCut, $"{Plural.Of(optedOut.Count, "pod")} opted out by {first.OptOut}: a Spot reclaim cannot wait for {(optedOut.Count == 1 ? "it" : "them")}.", "Keep it off Spot instances by a node affinity");
        }

        if (pods.Count(pod => pod.ToleratesCordon) is > 0 and var tolerant)
        {
            yield return new(WorkloadRisk.ToleratesCordon, tolerant, ReadinessVerdict.WouldBeCut, $"{Plural.Of(tolerant, "pod", "tolerates", "tolerate")} the cordon: the successor may be scheduled onto the node that goes and end with it.", "Remove the toleration of node.kubernetes.io/unschedulable (or of every taint), or run it as a DaemonSet");
        }

        if (pods.Count(pod => pod.HasVolumes) is > 0 and var attached)
        {
            yield return new(WorkloadRisk.VolumesMove, attached, ReadinessVerdict.Ready, $"{Plural.Of(attached, "pod", "has", "have")} volumes that are detached before the successor can start elsewhere, and only in the volume's zone.", "Nothing where the volume is shared (EFS) or a pause is acceptable; otherwise replicate the data");
        }
    }
}
