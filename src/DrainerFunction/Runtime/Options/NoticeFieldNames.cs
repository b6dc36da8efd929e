namespace DrainerFunction.Runtime.Options;

/// <summary>What a webhook's template may name, <c>{{node}}</c>; docs/notices.md describes each.</summary>
internal static class NoticeFieldNames
{
    public static readonly IReadOnlyList<string> All =
    [
        "account", "action", "bypassedBudgets", "cluster", "deadline", "description", "drainSeconds", "group", "id", "instance", "instanceType", "interruptionId", "kind", "kinds", "node",
        "nodeLabels", "notice", "noticeLeftSeconds", "outcome", "pods", "podsDeletedPastBudget", "podsEvicted", "podsRemaining", "providerId", "region", "requestId", "severity",
        "startTime", "why", "zone",
    ];
}
