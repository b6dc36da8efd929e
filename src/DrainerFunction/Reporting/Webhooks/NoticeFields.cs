using System.Globalization;
using k8s.Models;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The fields that a webhook's template can name; docs/notices.md describes each. What is not known is the empty text.</summary>
internal static class NoticeFields
{
    private static readonly Dictionary<string, Func<Notice, string?>> Values = new(StringComparer.Ordinal)
    {
        ["id"] = notice => notice.Id,
        ["notice"] = notice => notice.Word,
        ["description"] = Sentences.Description,
        ["interruptionId"] = notice => notice.InterruptionId,
        ["action"] = notice => notice.Action,
        ["severity"] = notice => notice.Severity,
        ["requestId"] = notice => notice.RequestId,
        ["kind"] = notice => notice.Report.Kind.ToString(),
        ["kinds"] = notice => string.Join(", ", notice.Report.Kinds),
        ["node"] = notice => notice.Report.NodeName,
        ["instance"] = notice => notice.Report.InstanceId,
        ["cluster"] = notice => notice.Report.Cluster?.Name,
        ["account"] = notice => notice.Report.Scope.Account,
        ["region"] = notice => notice.Report.Scope.Region,
        ["zone"] = notice => Label(notice, "topology.kubernetes.io/zone"),
        ["instanceType"] = notice => Label(notice, "node.kubernetes.io/instance-type"),
        ["providerId"] = notice => notice.Report.Node?.Spec?.ProviderID,
        ["nodeLabels"] = notice => notice.Report.Node?.Labels() is { } labels ? string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}")) : null,
        ["group"] = notice => string.Join(", ", notice.Report.Hooks.Select(hook => hook.Group).Distinct()),
        ["startTime"] = notice => Time(notice.Report.FirstSeen),
        ["deadline"] = notice => Time(notice.Report.Bounds?.End),
        ["outcome"] = notice => notice is Notice.Started ? null : notice.Report.Outcome.ToString(),
        ["why"] = notice => notice.Report.Why,
        ["pods"] = notice => string.Join(", ", notice.Report.Drain?.Pods.Where(pod => pod.WasAccepted).Select(pod => pod.Name.ToString()) ?? []),
        ["podsEvicted"] = notice => Count(notice.Report.Drain?.Evicted.Count()),
        ["podsDeletedPastBudget"] = notice => Count(notice.Report.Drain?.Deleted.Count()),
        ["podsRemaining"] = notice => Count(notice.Report.Drain?.Remaining.Count()),
        ["bypassedBudgets"] = notice => string.Join(", ", notice.Report.Drain?.BypassedObstacles ?? []),
        ["drainSeconds"] = notice => Seconds(notice.Report.Drain?.EndedAt - notice.Report.FirstSeen),
        ["noticeLeftSeconds"] = notice => Seconds(notice.Report.Drain?.TimeLeft),
    };

    public static IReadOnlyCollection<string> Names => Values.Keys;

    public static string? Of(Notice notice, string name) => Values.TryGetValue(name, out var value) ? value(notice) ?? "" : null;

    private static string? Label(Notice notice, string name) =>
        notice.Report.Node?.Labels() is { } labels && labels.TryGetValue(name, out var value) ? value : null;

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Numbers stay numbers where a template has them without quotes.
    private static string Count(int? count) => (count ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan? span) => (span ?? TimeSpan.Zero).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
