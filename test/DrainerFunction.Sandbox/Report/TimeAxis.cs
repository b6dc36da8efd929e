using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>Where a moment lies on a bar, in percent of the time since an interruption was first seen; and the round times that are written above it.</summary>
internal sealed class TimeAxis
{
    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800];
    private readonly TimeSpan _length;
    private readonly TimeSpan _shown;

    /// <param name="worked">What must fit.</param>
    /// <param name="deadline">Fits too, unless everything else would shrink too much.</param>
    public TimeAxis(TimeSpan worked, TimeSpan? deadline)
    {
        var least = worked > TimeSpan.FromMilliseconds(100) ? worked : TimeSpan.FromMilliseconds(100);
        _shown = deadline is { } at && at > TimeSpan.Zero && at <= least * 2.5 && at > least ? at : least;
        _length = _shown * 1.03;
    }

    /// <summary>Two stories of about that length can be read on one axis.</summary>
    public bool IsReadableFor(TimeSpan worked) => worked * 4 >= _shown;

    public bool Shows(TimeSpan? deadline) => deadline is { } at && at > TimeSpan.Zero && at <= _shown;

    public string At(TimeSpan since) => Percent(Math.Clamp(since / _length, 0, 1));

    public string Width(TimeSpan from, TimeSpan to) => Percent(Math.Max(0, Math.Clamp(to / _length, 0, 1) - Math.Clamp(from / _length, 0, 1)));

    public IEnumerable<(string At, string Label)> Ticks()
    {
        var step = Steps.FirstOrDefault(step => _length.TotalSeconds / step <= 9, Steps[^1]);
        for (var second = 0.0; second < _length.TotalSeconds * 0.96; second += step)
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
