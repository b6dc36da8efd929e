using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Runtime.Scheduling;

public sealed class EventLoopTests
{
    private readonly EventLoop _loop = new();
    private readonly List<string> _seen = [];

    [Fact]
    public void Work_runs_on_the_thread_that_pumps_even_after_the_pool_was_awaited()
    {
        var pump = Environment.CurrentManagedThreadId;

        var threads = _loop.Run(async () =>
        {
            await Task.Run(static () => { }, TestContext.Current.CancellationToken);
            var first = Environment.CurrentManagedThreadId;
            await Task.Yield();
            return new[] { first, Environment.CurrentManagedThreadId };
        });

        Assert.All(threads, thread => Assert.Equal(pump, thread));
    }

    [Fact]
    public void Continuations_run_in_the_order_in_which_they_came()
    {
        _ = _loop.Start(() => Task.WhenAll(Tick("a"), Tick("b")));

        Pump();

        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], _seen);
    }

    [Fact]
    public void One_step_runs_one_continuation()
    {
        _ = _loop.Start(() => Task.WhenAll(Tick("a"), Tick("b")));

        Assert.True(_loop.RunNext());
        Assert.Equal(["a0", "b0", "a1"], _seen);
    }

    [Fact]
    public void An_empty_loop_says_so() => Assert.False(_loop.RunNext());

    [Fact]
    public void A_dropped_loop_runs_nothing_more()
    {
        _ = _loop.Start(() => Tick("a"));
        _loop.RunNext();
        _loop.Drop();
        _loop.Post(_ => _seen.Add("late"), null);

        Pump();

        Assert.Equal(["a0", "a1"], _seen);
    }

    [Fact]
    public void What_the_work_throws_comes_out_of_the_loop() =>
        Assert.Throws<InvalidOperationException>(() => _loop.Run<int>(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException();
        }));

    [Fact]
    public void The_context_of_the_caller_is_its_own_again_afterwards()
    {
        var before = SynchronizationContext.Current;

        _loop.Run(async () =>
        {
            await Task.Yield();
            return 0;
        });

        Assert.Same(before, SynchronizationContext.Current);
    }

    [Fact]
    public void A_timer_goes_off_on_the_loop_and_not_where_the_clock_ticks()
    {
        var clock = new FakeTimeProvider();
        var time = new EventLoopTimeProvider(clock, _loop);
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        source.Token.Register(() => _seen.Add("cancelled"));
        _ = _loop.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            _seen.Add("delayed");
        });

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_seen);

        Pump();
        Assert.Equal(["cancelled", "delayed"], _seen);
    }

    [Fact]
    public void A_timer_that_was_disposed_before_its_turn_stays_silent()
    {
        var clock = new FakeTimeProvider();
        var timer = new EventLoopTimeProvider(clock, _loop).CreateTimer(_ => _seen.Add("rang"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromSeconds(1));
        timer.Dispose();
        Pump();

        Assert.Empty(_seen);
    }

    [Fact]
    public void A_signal_lets_those_who_wait_go_on_in_their_order_and_never_inside_set()
    {
        var signal = new AsyncSignal();
        _ = _loop.Start(() => Task.WhenAll(Await(signal, "first"), Await(signal, "second")));

        _loop.Start(() =>
        {
            signal.Set();
            _seen.Add("set");
            return 0;
        });
        Pump();

        Assert.Equal(["set", "first", "second"], _seen);
    }

    [Fact]
    public void A_signal_raced_against_a_delay_stays_on_the_loop()
    {
        var signal = new AsyncSignal();
        var clock = new FakeTimeProvider();
        var time = new EventLoopTimeProvider(clock, _loop);
        var race = _loop.Start(() => Task.WhenAny(signal.WaitAsync(CancellationToken.None), Task.Delay(TimeSpan.FromSeconds(5), time, CancellationToken.None)));

        _loop.Start(() =>
        {
            signal.Set();
            return 0;
        });
        Pump();

        Assert.True(race.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_signal_that_was_reset_holds_the_next_one_who_waits()
    {
        var signal = new AsyncSignal();
        signal.Set();
        signal.Reset();

        Assert.False(signal.WaitAsync(CancellationToken.None).IsCompleted);
        signal.Set();
        Assert.True(signal.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    private void Pump()
    {
        while (_loop.RunNext())
        {
        }
    }

    private async Task Await(AsyncSignal signal, string name)
    {
        await signal.WaitAsync(CancellationToken.None);
        _seen.Add(name);
    }

    private async Task Tick(string name)
    {
        for (var i = 0; i < 3; i++)
        {
            _seen.Add(name + i);
            await Task.Yield();
        }
    }
}
