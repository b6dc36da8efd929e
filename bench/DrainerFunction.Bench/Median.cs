namespace DrainerFunction.Bench;

/// <summary>The middle of several measurements: one that the machine disturbed does not count.</summary>
internal static class Median
{
    public static double? Of(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToList();
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    public static TimeSpan? Of(IEnumerable<TimeSpan?> values) =>
        Of(values.Select(value => value?.TotalMilliseconds)) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
