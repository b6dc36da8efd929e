using System.Text.Json;

namespace DrainerFunction.Reporting.Metrics;

/// <summary>
/// Metrics inside a log line, in CloudWatch's embedded metric format: the line says which of its fields are metrics and
/// dimensions. What goes into one line costs one line.
/// </summary>
internal sealed class EmbeddedMetrics(string metricsNamespace, string functionName, DateTimeOffset at)
{
    public const string FunctionName = "FunctionName";

    /// <summary>The time of all of them.</summary>
    public DateTimeOffset At => at;

    private readonly List<(Metric Metric, double Value, string? Dimension, bool Also)> _metrics = [];
    private readonly List<(string Name, string Value)> _dimensions = [];

    /// <summary>A field of the line by whose value some metrics are told apart.</summary>
    public void Dimension(string name, string value) => _dimensions.Add((name, value));

    /// <param name="value">Nothing is written for null and for what is no number.</param>
    /// <param name="by">Dimensions to tell it apart by as well, one at a time.</param>
    public void Add(Metric metric, double? value, params ReadOnlySpan<string> by)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return;
        }

        _metrics.Add((metric, number, null, Also: false));
        foreach (var dimension in by)
        {
            _metrics.Add((metric, number, dimension, Also: true));
        }
    }

    /// <summary>A value that is told apart by one dimension only, because the sum over it is written elsewhere.</summary>
    public void AddOnlyBy(string dimension, Metric metric, double value) => _metrics.Add((metric, value, dimension, Also: false));

    /// <summary>Writes the directives and every value, into the object that the writer is in.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", at.ToUnixTimeMilliseconds());
        json.WriteObjects("CloudWatchMetrics", _metrics.GroupBy(metric => metric.Dimension, metric => metric.Metric), directive => Directive(json, directive.Key, directive));
        json.WriteEndObject();
        json.WriteString(FunctionName, functionName);
        foreach (var (name, value) in _dimensions)
        {
            json.WriteString(name, value);
        }

        foreach (var (metric, value, _, _) in _metrics.Where(metric => !metric.Also))
        {
            json.WriteNumber(metric.Name, Math.Round(value, 3));
        }
    }

    private void Directive(Utf8JsonWriter json, string? dimension, IEnumerable<Metric> metrics)
    {
        json.WriteString("Namespace", metricsNamespace);
        json.WriteStartArray("Dimensions");
        json.WriteStartArray();
        json.WriteStringValue(FunctionName);
        if (dimension is not null)
        {
            json.WriteStringValue(dimension);
        }

        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteObjects("Metrics", metrics, metric =>
        {
            json.WriteString("Name", metric.Name);
            json.WriteString("Unit", metric.Unit.ToString());
        });
    }
}
