namespace DrainerFunction.Sandbox.World;

/// <summary>
/// What the world will do by itself and when. Entries due at one instant run in the order they were made, one at a
/// time under the world's gate, so that a seed fixes the history.
/// </summary>
internal sealed class Agenda : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly PriorityQueue<Entry, (DateTimeOffset Due, long Order)> _entries = new();
    private readonly ITimer _timer;
    private long _order;

    public Agenda(TimeProvider time, Lock gate)
    {
        (_time, _gate) = (time, gate);
        _timer = time.CreateTimer(_ => RunDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When the next entry is due, for whoever moves the clock; a cancelled one still counts.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _entries.TryPeek(out _, out var key) ? key.Due : null;
            }
        }
    }

    /// <summary>Runs <paramref name="what"/> once, after <paramref name="delay"/>, unless the entry is cancelled first.</summary>
    public Entry After(TimeSpan delay, Action what) => At(_time.GetUtcNow() + delay, what);

    public Entry At(DateTimeOffset due, Action what)
    {
        lock (_gate)
        {
            var entry = new Entry(due, what);
            _entries.Enqueue(entry, (due, _order++));
            Arm();
            return entry;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RunDue()
    {
        lock (_gate)
        {
            while (_entries.TryPeek(out var entry, out var key) && (entry.IsCancelled || key.Due <= _time.GetUtcNow()))
            {
                _entries.Dequeue();
                if (!entry.IsCancelled)
                {
                    entry.What();
                }
            }

            Arm();
        }
    }

    private void Arm()
    {
        if (_entries.TryPeek(out _, out var key))
        {
            var wait = key.Due - _time.GetUtcNow();
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    internal sealed class Entry(DateTimeOffset due, Action what)
    {
        public DateTimeOffset Due => due;

        public bool IsCancelled { get; private set; }

        internal Action What => what;

        public void Cancel() => IsCancelled = true;
    }
}
