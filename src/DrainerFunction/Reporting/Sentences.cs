using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting;

/// <summary>The sentences that an operator reads at night: which instance and node, what happened, why, and what comes next.</summary>
internal static class Sentences
{
    /// <summary>A finished interruption in one sentence.</summary>
    public static string Summary(InterruptionReport report) =>
        Redaction.Clean($"{Subject(report)} {DescribeOutcome(report.Outcome)}{CountPods(report)}{(report.Why.Length > 0 ? $": {report.Why}" : "")}");

    /// <summary>What a notice says.</summary>
    public static string Description(Notice notice) => Redaction.Clean(notice switch
    {
        Notice.Started => $"Draining {Subject(notice.Report)} in cluster {Cluster(notice.Report)}: {Because(notice.Report.Kind)}. {Bound(notice.Report)}",
        Notice.Finished => $"Drained {Subject(notice.Report)} in cluster {Cluster(notice.Report)}{CountPods(notice.Report)}.{DescribeBypass(notice.Report)}",
        Notice.Failed => $"Not drained in time: {Subject(notice.Report)} in cluster {Cluster(notice.Report)}{CountPods(notice.Report)}. {notice.Report.Why}{Remaining(notice.Report)}",
        _ => throw new UnreachableException($"Unknown {notice}."),
    });

    /// <summary>Why the instance goes, as the end of a sentence.</summary>
    public static string Because(InterruptionKind kind) => kind switch
    {
        InterruptionKind.Termination => "its Auto Scaling group is terminating the instance",
        InterruptionKind.Launch => "its Auto Scaling group is launching the instance",
        InterruptionKind.SpotReclaim => "EC2 is reclaiming the Spot instance",
        InterruptionKind.CapacityReclaim => "the owner of the capacity reservation is reclaiming the capacity",
        InterruptionKind.RebalanceRecommendation => "EC2 recommends replacing the Spot instance",
        InterruptionKind.ScheduledChange => "AWS has scheduled maintenance or retirement of the instance",
        InterruptionKind.StateChange => "the instance is being stopped or terminated",
        InterruptionKind.DrainRequest => "a drain was requested manually",
        _ => throw new UnreachableException($"No reason is known for {kind}."),
    };

    /// <summary>Why a disruption budget blocks evictions, as the end of a sentence.</summary>
    public static string WhyHeld(BudgetHold held) => held switch
    {
        { OverlapsAnother: true } => "more than one budget covers its pods, which the eviction API does not support",
        { Numbers: null } => "its status is unknown",
        { Numbers: { DisruptionsAllowed: var allowed } } when allowed >= held.Pods.Count =>
            $"its status allows {Plural.Of(allowed, "disruption")}, but the API server denied the eviction again",
        { Numbers: var numbers } =>
            $"{Plural.Of(numbers.DisruptionsAllowed, "disruption")} allowed, {Plural.Of(numbers.CurrentHealthy, "pod")} healthy, {numbers.DesiredHealthy} required, {numbers.ExpectedPods} expected",
    };

    private static string Subject(InterruptionReport report) =>
        report.NodeName is { } node ? $"node {node} ({report.InstanceId})" : $"instance {report.InstanceId}";

    private static string Cluster(InterruptionReport report) => report.Cluster?.Name ?? "(unknown)";

    private static string Bound(InterruptionReport report) => report.Bounds is { Deciding: var bound }
        ? string.Create(CultureInfo.InvariantCulture, $"Deadline: {bound.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({bound.Word}).")
        : "No deadline.";

    private static string CountPods(InterruptionReport report) => report.Drain is not { } drain
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $" ({Plural.Of(drain.Evicted.Count(), "pod")} evicted, {drain.Deleted.Count()} deleted bypassing a refusal, {drain.Remaining.Count()} remaining{(drain.Stuck.Any() ? $", {drain.Stuck.Count()} stuck" : "")}, {drain.TimeUsed.TotalSeconds:0.0} s)");

    private static string DescribeBypass(InterruptionReport report) =>
        report.Drain?.BypassedObstacles.ToList() is { Count: > 0 } budgets ? $" Bypassed: {string.Join(", ", budgets)}." : "";

    private static string Remaining(InterruptionReport report) =>
        report.Drain?.Remaining.ToList() is { Count: > 0 } pods ? $" Remaining: {DrainReport.NamesOf(pods)}." : "";

    private static string DescribeOutcome(InterruptionOutcome outcome) => outcome switch
    {
        InterruptionOutcome.Failed => "failed",
        InterruptionOutcome.Drained => "is drained",
        InterruptionOutcome.Cordoned => "is cordoned",
        InterruptionOutcome.DeadlineMissed => "was not drained before its deadline",
        InterruptionOutcome.Continues => "continues in the next invocation",
        InterruptionOutcome.Waits => "is waiting",
        InterruptionOutcome.NoNode => "has no node to drain",
        InterruptionOutcome.NotOurs => "was skipped: not managed by this function",
        InterruptionOutcome.Refuted => "was skipped: AWS does not confirm the interruption",
        InterruptionOutcome.Ignored => "was ignored according to the settings",
        InterruptionOutcome.Superseded => "is handled by a newer message",
        InterruptionOutcome.AlreadyHandled => "was drained for an earlier message",
        InterruptionOutcome.Undone => "is no longer being interrupted",
        InterruptionOutcome.Launched => "is ready",
        InterruptionOutcome.DryRun => "would be drained (dry run)",
        _ => throw new UnreachableException($"No sentence is known for {outcome}."),
    };
}
