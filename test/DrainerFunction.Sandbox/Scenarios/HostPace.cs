using System.Diagnostics;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>
/// Whether this machine keeps up with the speed of a run: simulated time goes on while the machine has other work. It is measured in real
/// time, by timers that come late and by processes that take long to start.
/// </summary>
internal sealed class HostPace(double speed) : IAsyncDisposable
{
    /// <summary>Simulated; more than these make heartbeats and deadlines come late by the machine's fault.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SlowestStart = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private Task _beating = Task.CompletedTask;
    private TimeSpan _late;
    private TimeSpan _start;

    /// <summary>A speed that this machine would have kept up with; null when it kept up, or when no lower one is left.</summary>
    public double? SlowerSpeed
    {
        get
        {
            lock (_gate)
            {
                var times = Math.Max(_late * speed / MostLate, _start * speed / SlowestStart);
                return times <= 1 || speed <= 1 ? null : Math.Max(1, Math.Floor(speed / (times * 1.25)));
            }
        }
    }

    public void Begin() => _beating = BeatAsync(_ended.Token);

    /// <summary>How late a timer was, in real time.</summary>
    public void WasLate(TimeSpan by)
    {
        lock (_gate)
        {
            _late = by > _late ? by : _late;
        }
    }

    /// <summary>How long a process took to its first request, in real time.</summary>
    public void Started(TimeSpan after)
    {
        lock (_gate)
        {
            _start = after > _start ? after : _start;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        await _beating;
        _ended.Dispose();
    }

    private async Task BeatAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Beat, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            WasLate(Stopwatch.GetElapsedTime(began) - Beat);
        }
    }
}
