using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting.Lines;
using DrainerFunction.Reporting.Metrics;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting;

/// <summary>
/// Tells how each interruption and each batch went: one line of JSON each, a log line and CloudWatch metrics at once.
/// They are written whatever LOG_LEVEL is, because the alarms live on them.
/// </summary>
/// <param name="functionName">AWS_LAMBDA_FUNCTION_NAME, a dimension of every metric.</param>
/// <param name="output">Where the logger writes, too.</param>
internal sealed partial class Reporter(DrainerOptions options, string functionName, LineOutput output, TimeProvider time, ILogger<Reporter> logger)
{
    private readonly ClusterDimension _clusters = new();

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The handling of an instance begins.</summary>
    public void Started(InterruptionReport report) =>
        LogStarted(report.Kinds, report.InstanceId, report.MessageIds.Count, report.Attempt);

    /// <summary>THE line of an interruption: everything that was done in this invocation, and what it led to.</summary>
    public void Finished(InterruptionReport report, string requestId) =>
        Write((json, metrics) => InterruptionLine.Write(json, metrics, report, requestId, _clusters.Of(report.Cluster)));

    public void BatchFinished(BatchReport report)
    {
        Write((json, metrics) => BatchLine.Write(json, metrics, report));
        foreach (var cluster in report.Unreachable)
        {
            Write((json, metrics) => BatchLine.WriteUnreachable(json, metrics, report, cluster));
        }
    }

    public void CheckFinished(CheckReport report)
    {
        Write((json, metrics) => CheckLine.Write(json, metrics, report));
        foreach (var cluster in report.Clusters)
        {
            Write((json, metrics) => CheckLine.WriteCluster(json, metrics, report, cluster));
        }
    }

    private void Write(Action<Utf8JsonWriter, EmbeddedMetrics> line)
    {
        var now = time.GetUtcNow();
        var metrics = new EmbeddedMetrics(options.MetricsNamespace, functionName, now);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", now.UtcDateTime);
            line(json, metrics);
            metrics.Write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        output.Write(buffer.WrittenSpan);
    }

    [LoggerMessage(EventId = 701, Level = LogLevel.Information, Message = "Handling {Kinds} of {InstanceId} (messages: {Messages}, attempt: {Attempt})")]
    private partial void LogStarted(IReadOnlyList<InterruptionKind> kinds, string instanceId, int messages, int attempt);
}
