using DrainerFunction.Aws;
using DrainerFunction.Fakes;

namespace DrainerFunction.Lifecycle;

public sealed class HookHeartbeatsTests : HookTests
{
    [Theory]
    [InlineData("No Lifecycle Hook found with name drain")]
    [InlineData("AutoScalingGroup name not found - AutoScalingGroup workers not found")]
    [InlineData("AutoScalingGroup name not found - null")]
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
        Pass(10);

        await waiting.WaitUntilCheckedAsync();

        Assert.Equal(isKept, waiting.Names.Count == 1);
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
        Pass(61);

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
        Pass(passes);

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
        Pass(1000);

        Assert.Equal(beats, waiting.Heartbeats);
    }
}
