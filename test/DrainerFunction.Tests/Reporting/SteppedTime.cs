using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Reporting;

/// <summary>A clock and an event loop that go on only when a test says so.</summary>
internal sealed class SteppedTime
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly EventLoop _loop = new();

    public SteppedTime() => Clock = new EventLoopTimeProvider(_time, _loop);

    public TimeProvider Clock { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public Task Start(Func<Task> work)
    {
        var started = _loop.Start(work);
        Settle();
        return started;
    }

    public void Advance(TimeSpan span)
    {
        _time.Advance(span);
        Settle();
    }

    /// <summary>Runs the work to its end, in steps of a tenth of a second; fails if it takes longer than it may.</summary>
    public TimeSpan RunToEnd(Func<Task> work, TimeSpan atMost)
    {
        var (began, task) = (Now, Start(work));
        while (!task.IsCompleted)
        {
            Assert.True(Now - began <= atMost, $"It is not over after {atMost}.");
            Advance(TimeSpan.FromSeconds(0.1));
        }

        task.GetAwaiter().GetResult();
        return Now - began;
    }

    private void Settle()
    {
        while (_loop.RunNext())
        {
            // Everything that can go on now does.
        }
    }
}
