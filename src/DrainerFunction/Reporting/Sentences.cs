using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting;

/// <summary>The sentences that an operator reads at night: which instance and node, what happened, why, and what comes next.</summary>
internal static class Sentences
{
    /// <summary>An ended story in one sentence.</summary>
    public static string Summary(InterruptionReport report) =>
        Redaction.Clean($"{Subject(report)} {DescribeOutcome(report.Outcome)}{CountPods(report)}{(report.Why.Length > 0 ? $": {report.Why}" : "")}");

    /// <summary>What a notice says.</summary>
    public static string Description(Notice notice) => Redaction.Clean(notice switch
    {
        Notice.Started => $"Draining {Subject(notice.Report)} in cluster {Cluster(notice.Report)}, because {Because(notice.Report.Kind)}. {Bound(notice.Report)}",
        Notice.Finished => $"Drained {Subject(notice.Report)} in cluster {Cluster(notice.Report)}{CountPods(notice.Report)}.{DescribeBypass(notice.Report)}",
        Notice.Failed => $"NOT drained in time: {Subject(notice.Report)} in cluster {Cluster(notice.Report)}{CountPods(notice.Report)}. {notice.Report.Why}{Remaining(notice.Report)}",
        _ => throw new UnreachableException($"Unknown {notice}."),
    });

    /// <summary>Why the instance goes, as the end of a sentence.</summary>
    public static string Because(InterruptionKind kind) => kind switch
    {
        InterruptionKind.Termination => "its Auto Scaling group terminates the instance",
        InterruptionKind.Launch => "the instance is starting",
        InterruptionKind.SpotReclaim => "EC2 takes the Spot instance back",
        InterruptionKind.CapacityReclaim => "the owner of the capacity reservation takes it back",
        InterruptionKind.RebalanceRecommendation => "EC2 recommends to replace the Spot instance",
        InterruptionKind.ScheduledChange => "AWS has scheduled maintenance or retirement of the instance",
        InterruptionKind.StateChange => "the instance is being stopped or terminated",
        InterruptionKind.DrainRequest => "somebody asked for it by hand",
        _ => throw new UnreachableException($"Why is there a {kind}?"),
    };

    private static string Subject(InterruptionReport report) =>
        report.NodeName is { } node ? $"node {node} ({report.InstanceId})" : $"instance {report.InstanceId}";

    private static string Cluster(InterruptionReport report) => report.Cluster?.Name ?? "(unknown)";

    private static string Bound(InterruptionReport report) => report.Deadline is { } deadline
        ? string.Create(CultureInfo.InvariantCulture, $"The deadline is {deadline.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({(deadline.HardFrom is null ? "soft" : "hard")}).")
        : "There is no deadline.";

    private static string CountPods(InterruptionReport report) => report.Drain is not { } drain
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $" ({drain.Evicted.Count()} pods evicted, {drain.Deleted.Count()} deleted past a budget, {drain.Remaining.Count()} remaining, {drain.TimeUsed.TotalSeconds:0.0} s)");

    private static string DescribeBypass(InterruptionReport report) =>
        report.Drain?.BudgetsBypassed.ToList() is { Count: > 0 } budgets ? $" Disruption budgets bypassed: {string.Join(", ", budgets)}." : "";

    private static string Remaining(InterruptionReport report) =>
        report.Drain?.Remaining.ToList() is { Count: > 0 } pods ? $" Still there: {string.Join(", ", pods.Take(5).Select(pod => pod.Name))}{(pods.Count > 5 ? ", …" : "")}." : "";

    private static string DescribeOutcome(InterruptionOutcome outcome) => outcome switch
    {
        InterruptionOutcome.Failed => "failed by an error of the function's own",
        InterruptionOutcome.Drained => "is drained",
        InterruptionOutcome.Cordoned => "is cordoned",
        InterruptionOutcome.DeadlineMissed => "was not drained before its deadline",
        InterruptionOutcome.Continues => "is not finished; the next invocation goes on",
        InterruptionOutcome.Waits => "is not due yet",
        InterruptionOutcome.NoNode => "has no node to drain",
        InterruptionOutcome.NotOurs => "is not ours and was left alone",
        InterruptionOutcome.Refuted => "was left alone: AWS does not confirm the interruption",
        InterruptionOutcome.Ignored => "was left alone as the settings say",
        InterruptionOutcome.Superseded => "is looked after by a younger message",
        InterruptionOutcome.Undone => "is no longer threatened",
        InterruptionOutcome.Launched => "is ready",
        InterruptionOutcome.DryRun => "would be drained (dry run)",
        _ => throw new UnreachableException($"How does {outcome} end?"),
    };
}
