using System.Globalization;

namespace DrainerFunction.Bench;

/// <summary>A table of Markdown, so that what is printed can be published as it is.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = columns.Select((column, index) => _rows.Select(row => row[index].Length).Append(column.Length).Max()).ToList();
        return string.Join('\n', [Line(columns, widths), $"|{string.Join('|', widths.Select(width => new string('-', width + 2)))}|", .. _rows.Select(row => Line(row, widths))]);
    }

    public static string Milliseconds(TimeSpan? time) => time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalMilliseconds:0} ms") : "–";

    public static string Seconds(TimeSpan? time) => time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.00} s") : "–";

    public static string Megabytes(double? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1e6:0.0} MB") : "–";

    public static string Kilobytes(double? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1e3:0} kB") : "–";

    public static string Number(double? number) => number is { } known ? known.ToString("0.##", CultureInfo.InvariantCulture) : "–";

    public static string Ratio(double? ours, double? peers) => ours is { } one && peers is { } other && other > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{one / other:0.00}") : "–";

    public static string Met(double? value, double limit) => value is null ? "not measured" : Met(value < limit);

    public static string Met(bool met) => met ? "reached" : "**missed**";

    private static string Line(IReadOnlyList<string> cells, List<int> widths) => $"| {string.Join(" | ", cells.Select((cell, index) => cell.PadRight(widths[index])))} |";
}
