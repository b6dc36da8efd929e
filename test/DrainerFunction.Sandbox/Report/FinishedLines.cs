using System.Text.Json;

namespace DrainerFunction.Sandbox.Report;

/// <summary>
/// Finds the finished lines in a log, in whatever form it was exported: as the function wrote it, with a prefix (<c>aws logs
/// tail</c>), inside a JSON document's <c>message</c> (<c>aws logs filter-log-events</c>), or as a column of CSV (Logs Insights).
/// </summary>
internal static class FinishedLines
{
    public static IReadOnlyList<FinishedLine> In(IEnumerable<string> lines) =>
        [.. lines.Select(Find).OfType<FinishedLine>().DistinctBy(line => (line.InstanceId, line.RequestId, line.Received, line.Ended))];

    private static FinishedLine? Find(string line)
    {
        var text = line.Trim();
        return text.Length == 0 ? null : Inside(text) ?? (text.StartsWith('"') ? Inside($"{{{text.TrimEnd(',')}}}") : null) ?? Column(text);
    }

    private static FinishedLine? Column(string text) =>
        text.Contains("{\"\"", StringComparison.Ordinal) ? Inside(text.Replace("\"\"", "\"", StringComparison.Ordinal)) : null;

    private static FinishedLine? Inside(string text)
    {
        var (first, last) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
        if (first < 0 || last < first)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(first, last - first + 1));
            var line = document.RootElement;
            return FinishedLine.Read(line) ?? ((line.Text("message") ?? line.Text("@message")) is { } inner && inner.StartsWith('{') ? Inside(inner) : null);
        }
        catch (JsonException)
        {
            // Another kind of line.
            return null;
        }
    }
}
