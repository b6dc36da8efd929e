using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.Reporting.Metrics;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting.Lines;

/// <summary>The line of one invocation: what docs/logging.md calls <c>batch</c> and <c>clusterUnreachable</c>.</summary>
internal static class BatchLine
{
    public static void Write(Utf8JsonWriter json, EmbeddedMetrics metrics, BatchReport report)
    {
        json.WriteHead(
            "INFO", $"Batch of {Plural.Of(report.Messages, "message")}: {report.SentOn} forwarded, {report.Failed} failed, {report.Ignored} ignored, {report.Malformed} malformed", "batch", report.RequestId);
        json.WriteString("receivedAt", report.ReceivedAt.UtcDateTime);
        json.WriteNumber("messages", report.Messages);
        json.WriteNumber("sentOn", report.SentOn);
        json.WriteNumber("failed", report.Failed);
        metrics.Add(Metric.QueueAge, report.QueueAge?.TotalSeconds);
        metrics.Add(Metric.ColdStarts, report.IsColdStart ? 1 : 0);
        metrics.Add(Metric.ApiRequests, report.ApiRequests);
        metrics.Add(Metric.CallsThrottled, report.CallsThrottled);
        metrics.Add(Metric.ClusterUnreachable, report.Unreachable.Count);
        metrics.Add(Metric.Ignored, report.Ignored);
        metrics.Add(Metric.Malformed, report.Malformed);
    }

    /// <summary>One line a cluster: a line has room for one value of a dimension. The sum is in the batch's line.</summary>
    public static void WriteUnreachable(Utf8JsonWriter json, EmbeddedMetrics metrics, BatchReport report, ClusterName cluster)
    {
        json.WriteHead(
            "ERROR", $"Cluster {cluster.Name} could not be reached or denied access; its messages are forwarded and no lifecycle hook is completed", "clusterUnreachable", report.RequestId);
        json.WriteString("account", cluster.Scope.Account);
        json.WriteString("region", cluster.Scope.Region);
        metrics.Dimension("ClusterName", cluster.Name);
        metrics.AddOnlyBy("ClusterName", Metric.ClusterUnreachable, 1);
    }
}
