using System.Globalization;

namespace DrainerFunction.Runtime.Scheduling;

/// <summary>
/// A clock that runs faster or slower than the machine's: at <paramref name="origin"/> both agree, from then on a second
/// of the machine is <paramref name="rate"/> seconds here. Processes that are given the same two values share one time.
/// </summary>
internal sealed class ScaledTimeProvider(DateTimeOffset origin, double rate) : TimeProvider
{
    public const string Variable = "DRAINER_TIME_SCALE";
    private const double Slowest = 0.001;
    private const double Fastest = 10_000;

    private readonly long _start = System.GetTimestamp();

    public double Rate => rate;

    public DateTimeOffset Origin => origin;

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>The clock that the variable asks for; the machine's own when it is not set.</summary>
    /// <exception cref="FormatException">The value is not RATE@ORIGIN.</exception>
    public static TimeProvider Read(string? value) =>
        string.IsNullOrWhiteSpace(value) ? System
        : value.Split('@') is [var rate, var origin]
            && double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var times) && times is >= Slowest and <= Fastest
            && Instant(origin) is { } at ? new ScaledTimeProvider(at, times)
        : throw new FormatException(
            $"{Variable} is \"{value}\"; it must be RATE@ORIGIN: RATE from 0.001 to 10000, ORIGIN an ISO 8601 time with its offset or milliseconds since 1970.");

    public override DateTimeOffset GetUtcNow() => origin + ((System.GetUtcNow() - origin) * rate);

    public override long GetTimestamp() => (long)((System.GetTimestamp() - _start) * rate);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), Real);

    // Rounded up to the millisecond, the machine's own step: a timer that goes off early makes its owner wait again and again.
    private TimeSpan Real(TimeSpan simulated) =>
        simulated == Timeout.InfiniteTimeSpan ? simulated : TimeSpan.FromMilliseconds(Math.Ceiling(simulated.TotalMilliseconds / rate));

    private static DateTimeOffset? Instant(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null
            : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Kind is not DateTimeKind.Unspecified
                ? new DateTimeOffset(time).ToUniversalTime()
                : null;

    private sealed class ScaledTimer(ITimer timer, Func<TimeSpan, TimeSpan> real) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(real(dueTime), real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
