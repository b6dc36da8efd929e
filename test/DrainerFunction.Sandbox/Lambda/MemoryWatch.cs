namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// Lambda gives an environment its memory and not a byte more: a process that takes more is killed. Here it is looked
/// at now and then and before each answer, at the most it ever held where the system remembers that, so that a short peak is not missed.
/// </summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    /// <summary>Real time, as the processes are real.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly Func<long> _held;
    private readonly long _limit;
    private readonly Action _exceeded;
    private readonly ITimer _timer;
    private long _peak;
    private int _told;

    /// <param name="held">Bytes.</param>
    /// <param name="exceeded">Called once, when it holds too much.</param>
    public MemoryWatch(Func<long> held, long limit, Action exceeded, TimeProvider time)
    {
        (_held, _limit, _exceeded) = (held, limit, exceeded);
        _timer = time.CreateTimer(_ => Look(), null, Between, Between);
    }

    /// <summary>The most that was ever seen, in bytes; it looks now, too.</summary>
    public long Peak()
    {
        var (held, before) = (_held(), Volatile.Read(ref _peak));
        if (held <= before)
        {
            return before;
        }

        Volatile.Write(ref _peak, held);
        return held;
    }

    public void Look()
    {
        if (Peak() > _limit && Interlocked.Exchange(ref _told, 1) == 0)
        {
            _exceeded();
        }
    }

    /// <summary>Nothing is looked at any more once it has returned.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
