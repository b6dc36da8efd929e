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
        waiting.Keep(Hooked, Stop);
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
        waiting.KeepRemembered(Hooked, Stop);
        await waiting.WaitUntilCheckedAsync();

        Assert.Equal(isKept, waiting.Names.Count == 1);
        Assert.Equal(isKept, group.Asked.Contains("beat"));
    }

    [Fact]
    public async Task One_whose_group_cannot_be_asked_is_kept()
    {
        var group = new ScriptedAutoScaling { Hooks = () => throw Refused(nameof(AwsRefusal.Throttled), "slow down", "Throttling") };
        await using var waiting = Waiting(group);
        waiting.KeepRemembered(Hooked, Stop);
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
        waiting.Keep(Hooked, Stop);

        Assert.False(waiting.AreOver);
        await Assert.ThrowsAsync<AwsCallException>(() => waiting.ReplyAsync(waiting.Names, LifecycleResult.Continue, Stop));
    }

    [Theory]
    [InlineData(nameof(AwsRefusal.Denied), 2)]
    [InlineData(nameof(AwsRefusal.Invalid), 2)]
    [InlineData(nameof(AwsRefusal.Throttled), 31)]
    [InlineData(nameof(AwsRefusal.Unreachable), 31)]
    public async Task A_heartbeat_is_tried_again_at_the_pace_of_its_refusal(string refusal, int beats)
    {
        var group = new ScriptedAutoScaling
        {
            Beat = () => throw Refused(refusal, "refused", "Code"),
            Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(6000), "CONTINUE")]),
        };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, Stop);
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
        waiting.Keep(Hooked, Stop);

        await Assert.ThrowsAsync<AwsCallException>(() => waiting.ReplyAsync(waiting.Names, LifecycleResult.Continue, Stop));
        Assert.False(waiting.AreOver);
    }

    [Fact]
    public async Task It_beats_before_anybody_knows_how_long_the_hook_waits_and_then_as_often_as_that_needs()
    {
        var times = new TaskCompletionSource<IReadOnlyList<LifecycleHook>>();
        var group = new ScriptedAutoScaling { Hooks = () => times.Task };
        await using var waiting = Waiting(group);
        waiting.Keep(Hooked, Stop);
        Assert.Equal(1, waiting.Heartbeats);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, waiting.Heartbeats);

        times.SetResult([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(3000), "CONTINUE")]);
        await waiting.WaitUntilKnownAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal(3, waiting.Heartbeats);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, waiting.Heartbeats);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static AwsCallException Refused(string refusal, string message = "No Lifecycle Hook found with name drain", string code = "ValidationError") =>
        new(Enum.Parse<AwsRefusal>(refusal), "autoscaling:CompleteLifecycleAction", code, message);

    private HookHeartbeats Waiting(ScriptedAutoScaling group) =>
        new(Scope, group, new(group, _time, NullLogger<LifecycleHookCache>.Instance), new DrainerOptions(), _time, NullLoggerFactory.Instance);
}
