using DrainerFunction.Interruptions;
using DrainerFunction.Rig;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.ApiServer.Requests;

public sealed class RequestPoolTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly VirtualTime _clock = new(Start);
    private readonly EventLoop _loop = new();
    private readonly EventLoopTimeProvider _time;
    private readonly RequestPool _pool;
    private readonly List<string> _sent = [];
    private readonly Dictionary<string, TaskCompletionSource<bool>> _open = [];

    public RequestPoolTests()
    {
        _time = new(_clock, _loop);
        _pool = new(2, _time);
    }

    [Fact]
    public void So_many_go_at_a_time_and_the_next_when_one_is_answered()
    {
        Ask("a");
        Ask("b");
        Ask("c");
        Assert.Equal(["a", "b"], _sent);

        Answer("b");
        Assert.Equal(["a", "b", "c"], _sent);
    }

    [Fact]
    public void Machines_that_end_go_before_those_that_stay_the_nearest_first_and_equals_in_their_order()
    {
        Ask("one");
        Ask("two");
        Ask("soft-near", Bounds.Of(new Bound.Soft(Start.AddSeconds(10), Start)));
        Ask("hard-far", Bounds.Of(new Bound.Machine(Start.AddSeconds(900), Start)));
        Ask("hard-near", Bounds.Of(new Bound.Machine(Start.AddSeconds(60), Start)));
        Ask("hard-near-too", Bounds.Of(new Bound.Machine(Start.AddSeconds(60), Start)));
        Ask("hardens", Bounds.Of(new Bound.Earliest(Start.AddSeconds(300), Start)));

        foreach (var _ in Enumerable.Range(0, 5))
        {
            Answer(_sent[^1]);
        }

        Assert.Equal(["one", "two", "hard-near", "hard-near-too", "hardens", "hard-far", "soft-near"], _sent);
    }

    [Fact]
    public void Of_the_pods_of_machines_that_end_together_the_one_that_has_to_be_asked_the_soonest_goes_first_and_what_is_about_no_pod_before_all()
    {
        var machine = Bounds.Of(new Bound.Machine(Start.AddSeconds(120), Start));
        Ask("one");
        Ask("two");
        Ask("short", machine, start: Start.AddSeconds(85));
        Ask("long", machine, start: Start.AddSeconds(5));
        Ask("node", machine);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            Answer(_sent[^1]);
        }

        Assert.Equal(["one", "two", "node", "long", "short"], _sent);
    }

    [Fact]
    public void Whoever_gives_up_waiting_takes_nobodys_place()
    {
        using var stop = new CancellationTokenSource();
        Ask("a");
        Ask("b");
        Ask("given-up", stop: stop);
        Ask("c");

        _loop.Start(() =>
        {
            stop.Cancel();
            return 0;
        });
        Pump();
        Answer("a");

        Assert.Equal(["a", "b", "c"], _sent);
        Answer("b");
        Ask("d");
        Assert.Equal(["a", "b", "c", "d"], _sent);
    }

    [Fact]
    public void Whoever_is_cancelled_in_the_moment_of_its_turn_gives_the_place_back()
    {
        using var stop = new CancellationTokenSource();
        Ask("a");
        Ask("b");
        Ask("given-up", stop: stop);

        _loop.Start(() =>
        {
            _open["a"].SetResult(true);
            stop.Cancel();
            return 0;
        });
        Pump();
        Ask("c");

        Assert.Contains("c", _sent);
    }

    [Fact]
    public void An_overloaded_server_is_left_alone_by_all_for_as_long_as_it_asked()
    {
        Ask("a");
        Ask("b");
        Ask("c");
        Answer("a", isOverloaded: true, retryAfter: TimeSpan.FromSeconds(5));
        Answer("b");
        Assert.Equal(["a", "b"], _sent);

        Assert.True(_clock.MoveToNext());
        Pump();

        Assert.Equal(Start.AddSeconds(5), _clock.GetUtcNow());
        Assert.Equal(["a", "b", "c", "a"], _sent);
    }

    [Fact]
    public void No_server_may_ask_for_more_than_half_a_minute()
    {
        Ask("a");
        Answer("a", isOverloaded: true, retryAfter: TimeSpan.FromDays(23_000));

        Assert.True(_clock.MoveToNext());
        Pump();

        Assert.Equal(Start.AddSeconds(30), _clock.GetUtcNow());
        Assert.Equal(["a", "a"], _sent);
    }

    // EC2 does not wait for a server that is overloaded, and neither does the answer of a hook.
    [Theory]
    [InlineData("machine", 600, 2)]
    [InlineData("going", 600, 2)]
    [InlineData("hook", 20, 10)]
    [InlineData("hook", 3, 1)]
    [InlineData("hook", 600, 30)]
    [InlineData("earliest", 20, 10)]
    [InlineData("soft", 600, 30)]
    public void A_server_may_ask_for_no_more_than_the_bound_of_a_drain_allows(string kind, int until, int pause)
    {
        var at = Start.AddSeconds(until);
        Ask("other");
        Answer("other", isOverloaded: true, retryAfter: TimeSpan.FromSeconds(30));
        Ask("a", Bounds.Of(kind switch
        {
            "machine" => new Bound.Machine(at, at),
            "going" => new Bound.Going(at, at),
            "hook" => new Bound.Hook(at, at, LetsGo: true),
            "earliest" => new Bound.Earliest(at, at),
            _ => new Bound.Soft(at, at),
        }));
        while (!_sent.Contains("a"))
        {
            Assert.True(_clock.MoveToNext());
            Pump();
        }

        Assert.Equal(pause, (_clock.GetUtcNow() - Start).TotalSeconds, tolerance: 0.002);
    }

    [Fact]
    public void Without_its_word_the_pause_grows_while_it_stays_overloaded()
    {
        Ask("a");
        var pauses = new List<double>();
        for (var refusal = 0; refusal < 7; refusal++)
        {
            var before = _clock.GetUtcNow();
            Answer("a", isOverloaded: true);
            _clock.MoveToNext();
            Pump();
            pauses.Add((_clock.GetUtcNow() - before).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], pauses);
    }

    [Fact]
    public void Many_refusals_of_one_moment_are_one()
    {
        Ask("a");
        Ask("b");
        Answer("a", isOverloaded: true);
        Answer("b", isOverloaded: true);
        _clock.MoveToNext();
        Pump();

        Assert.Equal(Start.AddSeconds(1), _clock.GetUtcNow());
        Assert.Equal(4, _sent.Count);
    }

    private void Ask(string name, Bounds? bounds = null, CancellationTokenSource? stop = null, DateTimeOffset start = default)
    {
        _ = _loop.Start(() => _pool.RunAsync(
            Urgency.Of(bounds ?? Bounds.Of(new Bound.Soft(Start.AddHours(1), Start))) with { Start = start },
            _ =>
            {
                _sent.Add(name);
                _open[name] = new();
                return _open[name].Task;
            },
            stop?.Token ?? TestContext.Current.CancellationToken));
        Pump();
    }

    private void Answer(string name, bool isOverloaded = false, TimeSpan? retryAfter = null)
    {
        _loop.Start(() =>
        {
            if (isOverloaded)
            {
                _open[name].SetException(new ApiServerException(ApiServerRefusal.Overloaded, "blue", "it is overloaded", retryAfter));
            }
            else
            {
                _open[name].SetResult(true);
            }

            return 0;
        });
        Pump();
    }

    private void Pump()
    {
        while (_loop.RunNext())
        {
        }
    }
}
