namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>Which workloads of a cluster a two-minute notice would hurt now.</summary>
/// <param name="Nodes">Managed nodes.</param>
/// <param name="Notice">What is left to them.</param>
/// <param name="Late">Nodes that would not be empty in time, the slowest first.</param>
/// <param name="Workloads">Those with pods on managed nodes, the worst first.</param>
internal sealed record ClusterReadiness(int Nodes, TimeSpan Notice, IReadOnlyList<LateNode> Late, IReadOnlyList<WorkloadReadiness> Workloads)
{
    public ReadinessVerdict Verdict => Workloads.Select(workload => workload.Verdict).DefaultIfEmpty(ReadinessVerdict.Ready).Max();

    public static ClusterReadiness Of(PodTally tally, int nodes, SpotForecast notice) => new(
        nodes,
        notice.End - notice.Now,
        [
            .. from pods in tally.Forecasts.GroupBy(pod => pod.Node)
               let finish = ExpectedFinish.Of([.. pods.Select(pod => pod.Leaving)], notice.Now)
               where finish is null || finish > notice.End
               orderby finish ?? DateTimeOffset.MaxValue descending
               select new LateNode(pods.Key, pods.Count(), finish - notice.Now),
        ],
        [
            .. from pods in tally.Forecasts.GroupBy(pod => pod.Workload)
               let readiness = WorkloadFindings.Of(pods.Key, [.. pods], tally.ReplicasOf(pods.Key), notice)
               orderby readiness.Verdict descending, readiness.Findings.Count > 0 descending, readiness.Pods descending, $"{readiness.Workload}"
               select readiness,
        ]);
}

/// <param name="Needs">With whole grace periods and budgets; null where a budget allows nothing and no time is known.</param>
internal sealed record LateNode(string Name, int Pods, TimeSpan? Needs);
