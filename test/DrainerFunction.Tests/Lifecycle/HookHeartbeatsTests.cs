using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Lifecycle;

public sealed class HookHeartbeatsTests
{
    private static readonly AwsScope Scope = new("123456789012", "eu-west-1");
    private static readonly LifecycleActionRef Hooked = new("workers", "drain", "i-0000000000000000a", Token: null);

    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("No Lifecycle Hook found with name drain")]
    [InlineData("AutoScalingGroup name not found - AutoScalingGroup workers not found")]
    public async Task A_hook_that_was_deleted_is_neither_kept_waiting_nor_answered_again(string message)
    {
        var group = new ScriptedAutoScaling { Complete = () => throw Refused(nameof(AwsRefusal.Invalid), message), Beat = () => throw Refused(nameof(AwsRefusal.Invalid), message) };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: null, keepUntil: null, Stop);
        await waiting.ReplyAsync(waiting.Names, LifecycleResult.Continue, Stop);

        Assert.True(waiting.AreOver);
        Assert.Equal(["beat", "hooks", "complete"], group.Asked);
    }

    // Only the annotation of the node names it: a hook that the group does not have costs no call but the look at the group.
    [Theory]
    [InlineData("drain", true)]
    [InlineData("another", false)]
    public async Task A_hook_that_only_the_node_remembers_is_kept_where_its_group_has_it(string defined, bool isKept)
    {
        var group = new ScriptedAutoScaling { Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([new(defined, LifecycleStates.Terminating, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(6000), "CONTINUE")]) };
        await using var waiting = Waiting(group);
        waiting.KeepRemembered(Hooked, mayHaveEnded: false, Stop);
        await waiting.WaitUntilCheckedAsync();

        Assert.Equal(isKept, waiting.Names.Count == 1);
        Assert.Equal(isKept, group.Asked.Contains("beat"));
    }

    // A machine that goes has most often been let go by the answer to its hook: to answer that again would cost a call each.
    [Theory]
    [InlineData("Terminating:Wait", 0, true)]
    [InlineData("Terminating:Wait", 2, true)]
    [InlineData("Terminating:Proceed", 0, false)]
    [InlineData("Terminating:Proceed", 2, false)]
    [InlineData(null, 0, false)]
    public async Task A_remembered_hook_of_a_machine_that_goes_is_kept_only_while_Auto_Scaling_says_that_it_waits(string? state, int throttled, bool isKept)
    {
        var group = new ScriptedAutoScaling
        {
            Members = state is null ? [] : [new(Hooked.InstanceId, Hooked.AutoScalingGroupName, state)],
            Describe = () =>
            {
                if (throttled-- > 0)
                {
                    throw Refused(nameof(AwsRefusal.Throttled), "Rate exceeded", "Throttling");
                }
            },
            Hooks = Group(600).Hooks,
        };
        await using var waiting = Waiting(group);
        waiting.KeepRemembered(Hooked, mayHaveEnded: true, Stop);
        for (var second = 0; second < 10; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await waiting.WaitUntilCheckedAsync();

        Assert.Equal(isKept, waiting.Names.Count == 1);
    }

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

    // Half of 300 s: an invocation that has the hook's times from its message beats as one that asked for them.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(14, 0)]
    [InlineData(15, 1)]
    public async Task What_a_message_remembers_of_a_hook_spares_the_look_at_its_group_for_a_quarter_of_an_hour(int minutesOld, int looks)
    {
        var group = Group(300);
        var cache = Cache(group);
        cache.Carry(Scope, Hooked.Hook, new(TimeSpan.FromSeconds(300), _time.GetUtcNow().AddMinutes(-minutesOld)));
        await using var waiting = Waiting(group, cache);
        waiting.Keep(Hooked, beganAt: null, extendedAt: _time.GetUtcNow(), keepUntil: null, Stop);
        await waiting.WaitUntilKnownAsync(Stop);
        Pass(149);
        Assert.Equal(0, waiting.Heartbeats);
        Pass(1);

        Assert.Equal((1, looks), (waiting.Heartbeats, group.Asked.Count(asked => asked == "hooks")));
        Assert.Equal(TimeSpan.FromSeconds(30_000), waiting.GlobalLimitOf(Hooked.Hook));
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

    [Fact]
    public async Task One_whose_group_cannot_be_asked_is_kept()
    {
        var group = new ScriptedAutoScaling { Hooks = () => throw Refused(nameof(AwsRefusal.Throttled), "slow down", "Throttling") };
        await using var waiting = Waiting(group);
        waiting.KeepRemembered(Hooked, mayHaveEnded: false, Stop);
        await waiting.WaitUntilCheckedAsync();

        Assert.Single(waiting.Names);
    }

    [Theory]
    [InlineData("ValidationError", "1 validation error detected: Value at 'lifecycleActionToken' failed to satisfy constraint")]
    [InlineData("ValidationError", "No Lifecycle Hook found with name drain-too")]
    [InlineData("InvalidParameterValue", "drain")]
    [InlineData("MalformedQueryString", "drain of workers")]
    public async Task A_refusal_that_does_not_name_the_hook_is_no_end_of_its_wait(string code, string message)
    {
        var group = new ScriptedAutoScaling { Complete = () => throw Refused(nameof(AwsRefusal.Invalid), message, code), Beat = () => throw Refused(nameof(AwsRefusal.Invalid), message, code) };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: null, keepUntil: null, Stop);

        Assert.False(waiting.AreOver);
        await Assert.ThrowsAsync<AwsCallException>(() => waiting.ReplyAsync(waiting.Names, LifecycleResult.Continue, Stop));
    }

    [Theory]
    [InlineData(nameof(AwsRefusal.Denied), 2)]
    [InlineData(nameof(AwsRefusal.Invalid), 2)]
    [InlineData(nameof(AwsRefusal.Throttled), 8)]
    [InlineData(nameof(AwsRefusal.Unreachable), 8)]
    public async Task A_heartbeat_is_tried_again_at_the_pace_of_its_refusal(string refusal, int beats)
    {
        var group = new ScriptedAutoScaling
        {
            Beat = () => throw Refused(refusal, "refused", "Code"),
            Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(6000), "CONTINUE")]),
        };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: null, keepUntil: null, Stop);
        for (var second = 0; second < 61; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(beats, group.Asked.Count(asked => asked == "beat"));
    }

    [Fact]
    public async Task An_answer_that_the_role_may_not_give_is_for_the_caller_to_judge()
    {
        var group = new ScriptedAutoScaling { Complete = () => throw Refused(nameof(AwsRefusal.Denied), "not authorized", "AccessDenied") };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: null, keepUntil: null, Stop);

        await Assert.ThrowsAsync<AwsCallException>(() => waiting.ReplyAsync(waiting.Names, LifecycleResult.Continue, Stop));
        Assert.False(waiting.AreOver);
    }

    [Fact]
    public async Task It_beats_before_anybody_knows_how_long_the_hook_waits_and_then_as_often_as_that_needs()
    {
        var times = new TaskCompletionSource<IReadOnlyList<LifecycleHook>>();
        var group = new ScriptedAutoScaling { Hooks = () => times.Task };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, beganAt: null, extendedAt: null, keepUntil: null, Stop);
        Assert.Equal(1, waiting.Heartbeats);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, waiting.Heartbeats);

        times.SetResult([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(3000), "CONTINUE")]);
        await waiting.WaitUntilKnownAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal(2, waiting.Heartbeats);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, waiting.Heartbeats);
    }

    // 600 s: half of it is 300, so the first is due 298 s from now, and the next 300 s after that.
    [Theory]
    [InlineData(600, 2, 297, 0)]
    [InlineData(600, 2, 298, 1)]
    [InlineData(600, 2, 597, 1)]
    [InlineData(600, 2, 598, 2)]
    [InlineData(600, 300, 0, 1)]
    [InlineData(30, 14, 0, 0)]
    [InlineData(30, 14, 1, 1)]
    public async Task The_first_beat_is_due_half_of_the_timeout_after_the_hook_began_or_was_last_extended(int timeout, int ago, int passes, int beats)
    {
        await using var waiting = Waiting(Group(timeout));
        waiting.Keep(Hooked, beganAt: null, extendedAt: _time.GetUtcNow() - TimeSpan.FromSeconds(ago), keepUntil: null, Stop);
        await waiting.WaitUntilKnownAsync(Stop);
        for (var second = 0; second < passes; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(beats, waiting.Heartbeats);
    }

    [Theory]
    [InlineData(300, 10, 100, 0)]
    [InlineData(300, 60, 100, 1)]
    [InlineData(45, 1, 0, 1)]
    public async Task Before_a_hand_over_it_beats_only_where_the_next_beat_would_come_too_late(int timeout, int ago, int delay, int beats)
    {
        await using var waiting = Waiting(Group(timeout));
        waiting.Keep(Hooked, beganAt: null, extendedAt: _time.GetUtcNow() - TimeSpan.FromSeconds(ago), keepUntil: null, Stop);
        await waiting.WaitUntilKnownAsync(Stop);
        await waiting.LastBeatAsync(TimeSpan.FromSeconds(delay), Stop);

        Assert.Equal(beats, waiting.Heartbeats);
    }

    // Of 300 s: a beat holds it for 300 s more, and what would end only after the bound is not extended.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(299, 0)]
    [InlineData(400, 1)]
    [InlineData(600, 2)]
    public async Task A_launch_is_extended_only_where_it_would_end_before_its_bound(int bound, int beats)
    {
        await using var waiting = Waiting(Group(300));
        waiting.Keep(Hooked, beganAt: null, extendedAt: _time.GetUtcNow(), keepUntil: _time.GetUtcNow() + TimeSpan.FromSeconds(bound), Stop);
        await waiting.WaitUntilKnownAsync(Stop);
        for (var second = 0; second < 1000; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(beats, waiting.Heartbeats);
    }

    private static ScriptedAutoScaling Group(int timeout) => new()
    {
        Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(timeout * 100), "CONTINUE")]),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static AwsCallException Refused(string refusal, string message = "No Lifecycle Hook found with name drain", string code = "ValidationError") =>
        new(Enum.Parse<AwsRefusal>(refusal), "autoscaling:CompleteLifecycleAction", code, message);

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private LifecycleHookCache Cache(ScriptedAutoScaling group) => new(group, new(_time), _time, NullLogger<LifecycleHookCache>.Instance);

    private HookHeartbeats Waiting(ScriptedAutoScaling group, LifecycleHookCache? cache = null, AwsScope? scope = null) =>
        new(scope ?? Scope, group, cache ?? Cache(group), new DrainerOptions(), _time, NullLoggerFactory.Instance);
}
