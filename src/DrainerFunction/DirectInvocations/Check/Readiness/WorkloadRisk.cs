using System.Text.Json;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>What a two-minute notice can do to a workload. docs/check.md has a row for each, by its name in kebab case.</summary>
internal enum WorkloadRisk
{
    GraceTooLong,
    BudgetNeverAllows,
    BudgetExhausted,
    TwoBudgets,
    BudgetTooSlow,
    StandalonePod,
    SingleReplica,
    LocalData,
    OptOut,
    ToleratesCordon,
    VolumesMove,
}

internal static class WorkloadRisks
{
    extension(WorkloadRisk harm)
    {
        /// <summary>As answers and docs/check.md name it.</summary>
        public string Id => JsonNamingPolicy.KebabCaseLower.ConvertName(harm.ToString());
    }
}
