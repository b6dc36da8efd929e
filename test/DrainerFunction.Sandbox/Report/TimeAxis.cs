using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>Where an instant lies on a bar, in percent; and the round times that are written below it.</summary>
internal sealed class TimeAxis
{
    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
    private readonly DateTimeOffset _begin;
    private readonly TimeSpan _length;

    /// <param name="begin">The left edge.</param>
    /// <param name="end">What must fit.</param>
    /// <param name="deadline">Fits too, unless everything else would shrink too much.</param>
    public TimeAxis(DateTimeOffset begin, DateTimeOffset end, DateTimeOffset? deadline)
    {
        var worked = end - begin > TimeSpan.FromMilliseconds(100) ? end - begin : TimeSpan.FromMilliseconds(100);
        _begin = begin;
        ShowsDeadline = deadline is { } at && at > begin && at - begin <= worked * 2.5;
        _length = (ShowsDeadline && deadline > end ? deadline.Value - begin : worked) * 1.03;
    }

    public bool ShowsDeadline { get; }

    public string At(DateTimeOffset instant) => Percent(Math.Clamp((instant - _begin) / _length, 0, 1));

    public string Width(DateTimeOffset from, DateTimeOffset to) =>
        Percent(Math.Max(0, Math.Clamp((to - _begin) / _length, 0, 1) - Math.Clamp((from - _begin) / _length, 0, 1)));

    public IEnumerable<(string At, string Label)> Ticks()
    {
        var step = Steps.FirstOrDefault(step => _length.TotalSeconds / step <= 9, Steps[^1]);
        for (var second = 0.0; second < _length.TotalSeconds * 0.985; second += step)
        {
            yield return (Percent(second / _length.TotalSeconds), Label(second));
        }
    }

    public static string Label(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };

    private static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
