using DrainerFunction.Draining;

namespace DrainerFunction.Reporting.Metrics;

/// <summary>The metrics in an interruption's line; docs/metrics.md says what each means.</summary>
internal static class InterruptionMetrics
{
    private const string Kind = "Kind";
    private const string Outcome = "Outcome";

    /// <param name="cluster">The value of the dimension Cluster; null where no cluster is known.</param>
    public static void Add(EmbeddedMetrics metrics, InterruptionReport report, string? cluster)
    {
        string[] byCluster = cluster is null ? [] : [ClusterDimension.Name];
        metrics.Dimension(Kind, report.Kind.ToString());
        metrics.Dimension(Outcome, report.Outcome.ToString());
        if (cluster is not null)
        {
            metrics.Dimension(ClusterDimension.Name, cluster);
        }

        if (report.Outcome is InterruptionOutcome.AlreadyHandled)
        {
            // Its times would measure nothing: the interruption it belongs to has them.
            metrics.Add(Metric.AlreadyHandled, 1);
            AddPods(metrics, report.Drain is { LastAccepted: not null } moved ? moved : null);
            return;
        }

        if (report.IsCounted)
        {
            metrics.Add(Metric.Interruptions, 1, [Kind, Outcome, .. byCluster]);
        }

        // Of the invocation that cordoned first; later ones find the node cordoned.
        metrics.Add(Metric.TimeToCordon, report.Attempt == 0 ? (report.CordonedAt - (report.ReceivedAt - report.QueueAge))?.TotalMilliseconds : null);
        if (report is { IsFinal: true, IsCounted: true })
        {
            metrics.Add(Metric.DrainTime, Positive(((report.Drain?.LastPodGone ?? report.Drain?.EndedAt) - report.FirstSeen)?.TotalSeconds), [Kind, .. byCluster]);
            metrics.Add(Metric.NoticeLeft, Positive((report.Bounds?.End - (report.CompletedAt ?? report.Drain?.EndedAt ?? metrics.At))?.TotalSeconds), Kind);
            metrics.Add(Metric.DeadlineMissed, report.Outcome is InterruptionOutcome.DeadlineMissed ? 1 : 0, byCluster);
        }

        metrics.Add(Metric.Heartbeats, report.Heartbeats);
        AddPods(metrics, report.Drain);
    }

    private static void AddPods(EmbeddedMetrics metrics, DrainReport? of)
    {
        if (of is { } drain)
        {
            metrics.Add(Metric.PodsEvicted, drain.Evicted.Count());
            metrics.Add(Metric.GraceCut, drain.GraceCut.Count());
            metrics.Add(Metric.BudgetsBypassed, drain.Deleted.Count());
            metrics.Add(Metric.PodsStuck, drain.Stuck.Count());
            metrics.Add(Metric.Retries, drain.Retries);
        }
    }

    private static double? Positive(double? value) => value is { } number ? Math.Max(0, number) : null;
}
