namespace DrainerFunction.Rig;

/// <summary>A clock that stands still until somebody moves it to the next timer; timers due at one instant go off in the order they were set.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<(VirtualTimer Timer, long Setting), (DateTimeOffset Due, long Order)> _due = new();
    private DateTimeOffset _now = start;
    private long _order;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the next timer and lets it go off.</summary>
    /// <returns>False when nothing will ever happen again.</returns>
    public bool MoveToNext()
    {
        while (_due.TryDequeue(out var next, out var key))
        {
            if (next.Timer.IsSet(next.Setting))
            {
                _now = key.Due > _now ? key.Due : _now;
                next.Timer.GoOff();
                return true;
            }
        }

        return false;
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _setting = -1;
        private TimeSpan _period;

        public bool IsSet(long setting) => _setting == setting;

        public void GoOff()
        {
            _setting = -1;
            if (_period > TimeSpan.Zero)
            {
                Change(_period, _period);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
            _setting = -1;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _setting = time._order++;
                time._due.Enqueue((this, _setting), (time._now + dueTime, _setting));
            }

            return true;
        }

        public void Dispose() => _setting = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
