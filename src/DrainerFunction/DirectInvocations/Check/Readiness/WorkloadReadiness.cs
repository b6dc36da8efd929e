namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>What a two-minute notice would do to one workload, by the pods of it on managed nodes.</summary>
internal sealed record WorkloadReadiness(Workload Workload, int Pods, int Replicas, ReadinessVerdict Verdict, IReadOnlyList<WorkloadFinding> Findings);

/// <param name="Pods">How many of its pods it is true of.</param>
/// <param name="Verdict">What it makes of them by itself.</param>
internal sealed record WorkloadFinding(WorkloadRisk Risk, int Pods, ReadinessVerdict Verdict, string Sentence, string Mend);
