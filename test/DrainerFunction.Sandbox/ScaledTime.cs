using System.Globalization;

namespace DrainerFunction.Sandbox;

/// <summary>
/// The one clock of a run: simulated now = origin + rate × (real now − origin). The function's process is told the same
/// two values and has the same now without a word between them.
/// </summary>
internal sealed class ScaledTime(DateTimeOffset origin, double rate) : TimeProvider
{
    private static readonly TimeProvider Real = System;

    public double Rate => rate;

    /// <summary>The value of DRAINER_TIME_SCALE.</summary>
    public string Setting => string.Create(CultureInfo.InvariantCulture, $"{rate}@{origin:O}");

    public override long TimestampFrequency => Real.TimestampFrequency;

    public static ScaledTime StartingNow(double rate) => new(Real.GetUtcNow(), rate);

    public override DateTimeOffset GetUtcNow() => origin + ((Real.GetUtcNow() - origin) * rate);

    public override long GetTimestamp() => (long)(Real.GetTimestamp() * rate);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(Real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)), this);

    /// <summary>Rounded up to the next millisecond: a timer that fires early fires for nothing.</summary>
    private TimeSpan ToReal(TimeSpan simulated) =>
        simulated <= TimeSpan.Zero ? simulated : TimeSpan.FromMilliseconds(Math.Ceiling(simulated.TotalMilliseconds / rate));

    private sealed class ScaledTimer(ITimer real, ScaledTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(time.ToReal(dueTime), time.ToReal(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
