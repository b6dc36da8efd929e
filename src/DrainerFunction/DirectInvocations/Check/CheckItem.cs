using System.Diagnostics;
using System.Text.Json;

namespace DrainerFunction.DirectInvocations.Check;

/// <summary>Every point of the set-up that is looked at. docs/check.md has a row for each, by its name in kebab case.</summary>
internal enum CheckItem
{
    AwsCalls,
    NodesAreDrained,
    MappingEnabled,
    MappingReportsFailures,
    DeadLetterQueue,
    DeadLetters,
    RuleEnabled,
    HookRuleEnabled,
    RulesElsewhere,
    Alarms,

    ClusterKnown,
    ClusterDescribed,
    ClusterReachable,
    AccessEntry,
    ClusterRights,
    ClusterRead,
    AdmissionPolicies,
    AdmissionWebhooks,
    TerminationHandler,
    NodesManaged,
    InstancesJoined,

    GroupTag,
    TagPropagation,
    TerminationHook,
    HookTimeout,
    HookDefaultResult,
    SeveralHooks,
    CapacityRebalance,
}

internal enum Severity
{
    /// <summary>A drain fails, or pods are lost, as things are.</summary>
    Error,

    /// <summary>It works, and less well than it could.</summary>
    Warning,
}

internal static class CheckItems
{
    extension(CheckItem item)
    {
        /// <summary>As answers and docs/check.md name it.</summary>
        public string Id => JsonNamingPolicy.KebabCaseLower.ConvertName(item.ToString());

        public Severity Severity => item switch
        {
            CheckItem.AwsCalls or CheckItem.MappingEnabled or CheckItem.MappingReportsFailures or CheckItem.RuleEnabled or CheckItem.ClusterKnown or CheckItem.ClusterDescribed or CheckItem.ClusterReachable or CheckItem.AccessEntry
                or CheckItem.ClusterRights or CheckItem.ClusterRead or CheckItem.TagPropagation or CheckItem.TerminationHook => Severity.Error,
            CheckItem.NodesAreDrained or CheckItem.DeadLetterQueue or CheckItem.DeadLetters or CheckItem.HookRuleEnabled or CheckItem.RulesElsewhere or CheckItem.Alarms or CheckItem.AdmissionPolicies or CheckItem.AdmissionWebhooks or CheckItem.TerminationHandler or CheckItem.NodesManaged
                or CheckItem.InstancesJoined or CheckItem.GroupTag or CheckItem.HookTimeout or CheckItem.HookDefaultResult or CheckItem.SeveralHooks
                or CheckItem.CapacityRebalance => Severity.Warning,
            _ => throw new UnreachableException($"Unknown {item}."),
        };
    }
}
