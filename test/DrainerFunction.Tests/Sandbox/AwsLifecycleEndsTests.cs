using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// How a wait ends. EC2 Auto Scaling User Guide, "How lifecycle hooks work in Auto Scaling groups" (timeouts, default results, several hooks) and
// "Configure instance retention"; API reference, LifecycleHook (GlobalTimeout), CompleteLifecycleAction and RecordLifecycleActionHeartbeat.
public sealed class AwsLifecycleEndsTests : IDisposable
{
    private static readonly string[] LaunchWaited = ["Pending", "Pending:Wait", "hook-started", "hook-completed"];
    private static readonly string[] TerminationWaited = ["InService", "Terminating", "Terminating:Wait", "hook-started", "hook-completed"];
    private readonly ScalingRig _rig = new();

    private AutoScaling Scaling => _rig.Scaling;

    [Theory]
    [InlineData("CONTINUE", false, "Pending:Proceed", "InService"), InlineData("ABANDON", false, "Terminating", "Terminated")]
    [InlineData("CONTINUE", true, "Pending:Proceed", "InService"), InlineData("ABANDON", true, "Terminating", "Terminated")]
    public void A_launch_goes_the_same_way_whether_its_hook_is_answered_or_times_out(string result, bool isAnswered, params string[] then)
    {
        var instance = _rig.Launching(Launch("ready") with { DefaultResult = result });
        End(instance, "ready", isAnswered ? result : null);
        _rig.Advance(20);

        Assert.Equal([.. LaunchWaited, .. then], _rig.States(instance));
        Assert.Equal(result == "CONTINUE", Scaling.Instances("g").Any(member => member.InstanceId == instance));
    }

    [Theory]
    [InlineData("CONTINUE", false), InlineData("ABANDON", false), InlineData("CONTINUE", true), InlineData("ABANDON", true)]
    public void A_termination_goes_on_whatever_the_result_and_whoever_gives_it(string result, bool isAnswered)
    {
        var instance = _rig.Running(Terminate("drain") with { DefaultResult = result });
        Scaling.SetDesiredCapacity("g", 0);
        End(instance, "drain", isAnswered ? result : null);
        _rig.Advance(20);

        Assert.Equal([.. TerminationWaited, "Terminating:Proceed", "Terminated"], _rig.States(instance));
    }

    // "ABANDON stops any remaining actions"; "CONTINUE allows any other lifecycle hooks to complete." A timeout is the default result.
    [Theory]
    [InlineData("CONTINUE", "Pending:Wait"), InlineData("ABANDON", "Terminating")]
    public void Of_several_launch_hooks_one_that_times_out_with_ABANDON_ends_the_others(string defaultResult, string state)
    {
        var instance = _rig.Launching(Launch("short") with { DefaultResult = defaultResult }, Launch("long") with { HeartbeatTimeout = TimeSpan.FromSeconds(600) });
        _rig.Advance(61);

        Assert.Equal(state, Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal(defaultResult == "CONTINUE", Action(instance, "long").IsActive);
    }

    [Theory]
    [InlineData("CONTINUE", "Terminating:Wait"), InlineData("ABANDON", "Terminating:Proceed")]
    public void Of_several_terminate_hooks_one_that_times_out_with_ABANDON_ends_the_others(string defaultResult, string state)
    {
        var instance = _rig.Running(Terminate("short") with { DefaultResult = defaultResult }, Terminate("long") with { HeartbeatTimeout = TimeSpan.FromSeconds(600) });
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(61);

        Assert.Equal(state, Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal(defaultResult == "CONTINUE", Action(instance, "long").IsActive);
    }

    [Fact]
    public void Heartbeats_keep_a_launch_waiting_and_each_hook_needs_its_own()
    {
        var instance = _rig.Launching(Launch("kept"), Launch("forgotten") with { DefaultResult = "CONTINUE" });
        _rig.Advance(50);
        Scaling.RecordLifecycleActionHeartbeat("g", "kept", instance);
        _rig.Advance(30);

        Assert.Equal((true, false), (Action(instance, "kept").IsActive, Action(instance, "forgotten").IsActive));
        Assert.Equal("Pending:Wait", _rig.Only.State);
    }

    // GlobalTimeout: "The maximum is 172800 seconds (48 hours) or 100 times HeartbeatTimeout, whichever is smaller."
    [Theory]
    [InlineData(30, 3000), InlineData(7200, 172800)]
    public void No_heartbeat_reaches_beyond_the_global_limit(int heartbeatTimeout, int limit)
    {
        var instance = _rig.Running(Terminate("drain") with { HeartbeatTimeout = TimeSpan.FromSeconds(heartbeatTimeout) });
        Scaling.SetDesiredCapacity("g", 0);
        var started = _rig.Passed.TotalSeconds;
        for (var next = heartbeatTimeout / 2; next < limit; next += heartbeatTimeout / 2)
        {
            _rig.Advance(started + next - _rig.Passed.TotalSeconds);
            Scaling.RecordLifecycleActionHeartbeat("g", "drain", instance);
        }

        _rig.Advance(started + limit - 1 - _rig.Passed.TotalSeconds);
        Assert.True(_rig.Action.IsActive);
        _rig.Advance(1);

        Assert.Equal("timeout", _rig.Action.EndedBy);
        Assert.StartsWith("No active Lifecycle Action", ScalingRig.Refused(() => Scaling.RecordLifecycleActionHeartbeat("g", "drain", instance)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_opens_its_own_action_only()
    {
        _rig.Group(2, true, Terminate("drain"), Terminate("other"));
        var (first, second) = (Scaling.Instances("g")[0].InstanceId, Scaling.Instances("g")[1].InstanceId);
        Scaling.SetDesiredCapacity("g", 0);
        var token = Action(first, "drain").Token;
        string Wrong(string hook, string? instance) => ScalingRig.Refused(() => Scaling.CompleteLifecycleAction("g", hook, "CONTINUE", instance, token));

        Assert.All([Wrong("other", first), Wrong("drain", second), Wrong("gone", null)], refused => Assert.Equal($"No active Lifecycle Action found with token {token}", refused));
        Assert.All(Scaling.Actions, action => Assert.True(action.IsActive));
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", null, token);
        Assert.Equal([first], Scaling.Actions.Where(action => !action.IsActive).Select(action => action.InstanceId));
    }

    [Fact]
    public void An_instance_that_is_terminated_while_its_launch_waits_waits_in_the_terminate_hook_instead()
    {
        var instance = _rig.Launching(Launch("ready"), Terminate("drain"));
        Scaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);

        Assert.Equal("Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal((false, true), (Action(instance, "ready").IsActive, Action(instance, "drain").IsActive));
    }

    [Fact]
    public void A_hook_that_is_deleted_holds_nobody_and_one_that_is_added_holds_only_what_comes_later()
    {
        var instance = _rig.Running(Terminate("drain"));
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.PutLifecycleHook("g", Terminate("late"));
        Scaling.DeleteLifecycleHook("g", "drain");

        Assert.Equal("Terminating:Proceed", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
    }

    // DeleteLifecycleHook: outstanding actions are completed, "ABANDON for launching instances, CONTINUE for terminating instances".
    [Fact]
    public void An_instance_that_waits_in_a_launch_hook_is_abandoned_when_the_hook_is_deleted()
    {
        var instance = _rig.Launching(Launch("ready"));
        Scaling.DeleteLifecycleHook("g", "ready");
        _rig.Advance(20);

        Assert.Equal([.. LaunchWaited[..^1], "hook-ended", "Terminating", "Terminated"], _rig.States(instance));
    }

    // DeleteAutoScalingGroup, ForceDelete: "also deletes any outstanding lifecycle actions associated with the group".
    [Fact]
    public void A_group_that_is_deleted_by_force_waits_for_no_hook()
    {
        var instance = _rig.Running(Terminate("drain"));
        Scaling.DeleteAutoScalingGroup("g", force: true);
        Assert.Equal("Terminating:Proceed", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        _rig.Advance(20);

        Assert.Empty(Scaling.DescribeAutoScalingGroups().Items);
    }

    // "When a termination lifecycle action with default result ABANDON times out": retained as if it had been abandoned.
    [Theory]
    [InlineData("ABANDON", "Terminating:Retained"), InlineData("CONTINUE", "Terminating:Proceed")]
    public void A_group_that_retains_keeps_what_timed_out_with_ABANDON_and_not_what_timed_out_with_CONTINUE(string defaultResult, string state)
    {
        var instance = _rig.Running(Terminate("drain") with { DefaultResult = defaultResult });
        Scaling.Group("g").RetainOnAbandon = true;
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(60);

        Assert.Equal(state, Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
    }

    public void Dispose() => _rig.Dispose();

    private void End(string instance, string hook, string? result)
    {
        if (result is null)
        {
            _rig.Advance(60);
        }
        else
        {
            Scaling.CompleteLifecycleAction("g", hook, result, instance);
        }
    }

    private LifecycleAction Action(string instance, string hook) => Scaling.Actions.Last(action => action.InstanceId == instance && action.Hook.Name == hook);

    private static LifecycleHook Launch(string name) => new(name, LifecycleHook.Launching) { HeartbeatTimeout = TimeSpan.FromSeconds(60) };

    private static LifecycleHook Terminate(string name) => new(name) { HeartbeatTimeout = TimeSpan.FromSeconds(60) };
}
