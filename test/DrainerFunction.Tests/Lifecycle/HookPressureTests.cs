using DrainerFunction.Aws;
using DrainerFunction.Fakes;

namespace DrainerFunction.Lifecycle;

/// <summary>Hooks that share Auto Scaling's calls with many others.</summary>
public sealed class HookPressureTests : HookTests
{
    // A thousand that are throttled together have five calls a second: those with the least time left must come first.
    [Fact]
    public async Task A_throttled_beat_is_tried_again_the_sooner_the_less_time_its_hook_has_left()
    {
        List<DateTimeOffset> beats = [];
        var began = _time.GetUtcNow();
        var group = new ScriptedAutoScaling
        {
            Beat = () =>
            {
                beats.Add(_time.GetUtcNow());
                throw Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling");
            },
            Hooks = Group(600).Hooks,
        };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: began, keepUntil: null, Stop);
        await waiting.WaitUntilKnownAsync(Stop);
        for (var second = 0; second < 600; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(beats.Count(beat => beat < began.AddSeconds(420)), 3, 10);
        Assert.InRange(beats.Count(beat => beat >= began.AddSeconds(570)), 5, 20);
        Assert.Equal(began.AddSeconds(600), waiting.RunsOutAt);
    }

    [Fact]
    public async Task Many_hooks_that_began_together_have_their_first_beats_spread_and_none_after_half_of_its_timeout()
    {
        var began = _time.GetUtcNow();
        List<double> beats = [];
        var group = new ScriptedAutoScaling { Beat = () => { beats.Add((_time.GetUtcNow() - began).TotalSeconds); return true; }, Hooks = Group(300).Hooks };
        var cache = Cache(group);
        var all = Enumerable.Range(0, 20).Select(_ => Waiting(group, cache)).ToList();
        foreach (var (waiting, number) in all.Select((waiting, number) => (waiting, number)))
        {
            waiting.Keep(Hooked with { InstanceId = $"i-{number:x17}" }, began, began, keepUntil: null, Stop);
        }

        Pass(151);
        foreach (var waiting in all)
        {
            await waiting.DisposeAsync();
        }

        Assert.Equal(20, beats.Count);
        Assert.All(beats, at => Assert.InRange(at, 75, 151));
        Assert.InRange(beats.Distinct().Count(), 10, 20);
    }

    [Fact]
    public async Task While_calls_are_throttled_a_hook_is_extended_after_four_fifths_of_its_timeout_and_no_later()
    {
        var began = _time.GetUtcNow();
        List<double> beats = [];
        var group = new ScriptedAutoScaling { Beat = () => { beats.Add((_time.GetUtcNow() - began).TotalSeconds); return true; }, Hooks = Group(300).Hooks };
        var cache = Cache(group);
        await using var waiting = Waiting(group, cache);
        waiting.Keep(Hooked, beganAt: null, extendedAt: began, keepUntil: null, Stop);
        for (var second = 0; second < 300; second++)
        {
            cache.PressureIn(Scope).Note(AwsRefusal.Throttled);
            Pass(1);
        }

        Assert.Equal(240, Assert.Single(beats), 1.0);
    }

    // Two that are due: the one with less time left asks, and the other once that has been answered.
    [Fact]
    public async Task While_calls_are_throttled_only_the_hook_that_runs_out_first_asks()
    {
        var now = _time.GetUtcNow();
        var isThrottled = true;
        List<string> asked = [];
        var cache = Cache(Group(300));
        await using var later = Waiting(Asking("later"), cache);
        await using var sooner = Waiting(Asking("sooner"), cache);
        sooner.Keep(Hooked with { InstanceId = "i-sooner" }, beganAt: null, extendedAt: now.AddSeconds(-260), keepUntil: null, Stop);
        later.Keep(Hooked with { InstanceId = "i-later" }, beganAt: null, extendedAt: now.AddSeconds(-245), keepUntil: null, Stop);
        Pass(10);
        Assert.DoesNotContain("later", asked.Skip(2));
        isThrottled = false;
        Pass(20);

        Assert.Equal((1, 1), (sooner.Heartbeats, later.Heartbeats));

        ScriptedAutoScaling Asking(string name) => new()
        {
            Hooks = Group(300).Hooks,
            Beat = () =>
            {
                asked.Add(name);
                return isThrottled ? throw Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling") : true;
            },
        };
    }

    // The one that runs out first may be refused for ever; and calls that are short in one region are not short in another.
    [Theory]
    [InlineData("eu-west-1", 40)]
    [InlineData("eu-central-1", 0)]
    public async Task A_hook_is_extended_before_it_runs_out_whoever_else_is_throttled(string region, int after)
    {
        var now = _time.GetUtcNow();
        var cache = Cache(Group(300));
        await using var refused = Waiting(new ScriptedAutoScaling { Hooks = Group(300).Hooks, Beat = () => throw Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling") }, cache);
        await using var other = Waiting(Group(300), cache, Scope with { Region = region });
        refused.Keep(Hooked with { InstanceId = "i-sooner" }, beganAt: null, extendedAt: now.AddSeconds(-260), keepUntil: null, Stop);
        other.Keep(Hooked with { InstanceId = "i-later" }, beganAt: null, extendedAt: now.AddSeconds(-250), keepUntil: null, Stop);
        Pass(49);

        Assert.Equal(after, (Assert.Single(other.HeartbeatTimes) - now).TotalSeconds, 1.5);
    }

    // Each call of a third would be one that keeps a drain from beginning.
    [Fact]
    public async Task Of_three_throttled_hooks_that_are_about_to_run_out_the_two_with_the_least_time_ask()
    {
        var now = _time.GetUtcNow();
        var cache = Cache(Group(300));
        HashSet<string> asked = [];
        var (first, second, third) = (Waiting(Asking("first"), cache), Waiting(Asking("second"), cache), Waiting(Asking("third"), cache));
        foreach (var (hooks, name, ago) in new[] { (first, "first", 280), (second, "second", 279), (third, "third", 278) })
        {
            hooks.Keep(Hooked with { InstanceId = $"i-{name}" }, beganAt: null, extendedAt: now.AddSeconds(-ago), keepUntil: null, Stop);
        }

        Pass(12);
        asked.Clear();
        Pass(7);
        await first.DisposeAsync();
        await second.DisposeAsync();
        await third.DisposeAsync();

        Assert.Equal(["first", "second"], asked.Order());

        ScriptedAutoScaling Asking(string name) => new()
        {
            Hooks = Group(300).Hooks,
            Beat = () =>
            {
                asked.Add(name);
                throw Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling");
            },
        };
    }

    [Fact]
    public async Task A_throttled_look_at_the_times_of_a_hook_is_made_again_until_it_is_answered()
    {
        var throttled = 2;
        var group = new ScriptedAutoScaling
        {
            Hooks = () => throttled-- > 0 ? Task.FromException<IReadOnlyList<LifecycleHook>>(Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling")) : Group(600).Hooks(),
        };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: _time.GetUtcNow(), keepUntil: null, Stop);
        for (var second = 0; second < 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(600), waiting.TimeoutOf(Hooked.Hook));
        Assert.Equal(3, group.Asked.Count(asked => asked == "hooks"));
    }
}
