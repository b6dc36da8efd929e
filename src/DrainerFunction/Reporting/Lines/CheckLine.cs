using System.Text.Json;
using DrainerFunction.Reporting.Metrics;

namespace DrainerFunction.Reporting.Lines;

/// <summary>The lines of a check: what docs/logging.md calls <c>check</c> and <c>checkCluster</c>.</summary>
internal static class CheckLine
{
    public static void Write(Utf8JsonWriter json, EmbeddedMetrics metrics, CheckReport report)
    {
        json.WriteHead(report.IsOk ? "INFO" : "WARN", $"Check: {report.Sentence}", "check", report.RequestId);
        json.WriteBoolean("ok", report.IsOk);
        json.WriteNumber("notChecked", report.NotChecked);
        json.WriteNumber("clusters", report.Clusters.Count);
        metrics.Add(Metric.CheckProblems, report.Problems);
        metrics.Add(Metric.PodsNotReady, report.Clusters.Sum(cluster => cluster.PodsNotReady));
    }

    /// <summary>One line a cluster: a line has room for one value of a dimension. The sum is in the check's line.</summary>
    public static void WriteCluster(Utf8JsonWriter json, EmbeddedMetrics metrics, CheckReport report, CheckedCluster cluster)
    {
        json.WriteHead(
            cluster.Verdict is "ready" ? "INFO" : "WARN", $"Check of cluster {cluster.Cluster.Name}: {cluster.Verdict} (pods: {cluster.Pods}, not ready: {cluster.PodsNotReady})", "checkCluster", report.RequestId);
        json.WriteString("account", cluster.Cluster.Scope.Account);
        json.WriteString("region", cluster.Cluster.Scope.Region);
        json.WriteString("verdict", cluster.Verdict);
        metrics.Dimension("ClusterName", cluster.Cluster.Name);
        metrics.AddOnlyBy("ClusterName", Metric.PodsNotReady, cluster.PodsNotReady);
    }
}
