namespace DrainerFunction.Runtime.Scheduling;

/// <summary>A clock whose timers go off on the event loop, so that delays, timeouts and what they cancel stay on its one thread.</summary>
internal sealed class EventLoopTimeProvider(TimeProvider time, EventLoop loop) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LoopTimer(callback, state);
        timer.Inner = time.CreateTimer(_ => loop.Post(timer.GoOff, null), null, dueTime, period);
        return timer;
    }

    private sealed class LoopTimer(TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public ITimer? Inner { get; set; }

        // A timer that was disposed between its tick and its turn on the loop stays silent.
        public void GoOff(object? _)
        {
            if (!_disposed)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(dueTime, period);

        public void Dispose()
        {
            _disposed = true;
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _disposed = true;
            return Inner!.DisposeAsync();
        }
    }
}
