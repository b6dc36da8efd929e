using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// EC2 Auto Scaling User Guide, "How lifecycle hooks work in Auto Scaling groups" and "Amazon EC2 Auto Scaling instance lifecycle".
public sealed class AwsLifecycleHookTests : IDisposable
{
    private static readonly LifecycleHook Terminate = new("drain") { HeartbeatTimeout = TimeSpan.FromSeconds(60), DefaultResult = "CONTINUE", NotificationMetadata = "m" };
    private static readonly LifecycleHook Launch = new("ready", LifecycleHook.Launching) { HeartbeatTimeout = TimeSpan.FromSeconds(60) };
    private readonly ScalingRig _rig = new();

    private AutoScaling Scaling => _rig.Scaling;

    [Fact]
    public void A_launch_hook_holds_the_instance_in_Pending_Wait_until_it_is_completed()
    {
        _rig.Group(desired: 1, hooks: Launch);
        _rig.Advance(8);
        var instance = _rig.Only;
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance.InstanceId);

        Assert.Equal(["Pending", "Pending:Wait", "hook-started", "hook-completed", "Pending:Proceed", "InService"], _rig.States(instance.InstanceId));
    }

    [Fact]
    public void An_abandoned_launch_ends_the_instance_and_another_is_launched()
    {
        _rig.Group(desired: 1, hooks: Launch);
        _rig.Advance(8);
        var instance = _rig.Only;
        Scaling.CompleteLifecycleAction("g", "ready", "ABANDON", instance.InstanceId);
        _rig.Advance(20);

        Assert.Contains("Terminated", _rig.States(instance.InstanceId));
        Assert.Equal("Pending:Wait", _rig.Only.State);
        Assert.NotEqual(instance.InstanceId, _rig.Only.InstanceId);
    }

    [Fact]
    public void A_terminate_hook_holds_the_instance_and_its_completion_lets_it_go()
    {
        var instance = _rig.Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(30);
        Assert.Equal(InstanceState.Running, _rig.Region.Ec2.Find(instance)!.State);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", token: _rig.Action.Token);
        _rig.Advance(15);

        Assert.Equal(["InService", "Terminating", "Terminating:Wait", "hook-started", "hook-completed", "Terminating:Proceed", "Terminated"], _rig.States(instance));
        Assert.Equal(InstanceState.Terminated, _rig.Region.Ec2.Find(instance)!.State);
        Assert.Equal(1, _rig.Action.Acceptances);
    }

    // Shape: EC2 Auto Scaling User Guide, "EC2 Instance-terminate Lifecycle Action" example event.
    [Fact]
    public void The_bus_is_told_of_the_action_in_the_shape_of_the_documentation()
    {
        var instance = _rig.Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);

        var body = Assert.Single(_rig.Events("EC2 Instance-terminate Lifecycle Action"));
        Assert.Equal("aws.autoscaling", (string?)body["source"]);
        Assert.Equal(Scaling.Group("g").Arn, (string?)body["resources"]![0]);
        Assert.Equal(
            $$"""{"LifecycleActionToken":"{{_rig.Action.Token}}","AutoScalingGroupName":"g","LifecycleHookName":"drain","EC2InstanceId":"{{instance}}","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","Origin":"AutoScalingGroup","Destination":"EC2","NotificationMetadata":"m"}""",
            body["detail"]!.ToJsonString());
    }

    // Shape: EC2 Auto Scaling User Guide, "Configure a notification target for your lifecycle hook" (TEST_NOTIFICATION) and "Receive notifications using Amazon SNS".
    [Fact]
    public void A_queue_that_is_the_hooks_target_gets_a_test_and_then_the_fields_at_the_root()
    {
        var instance = _rig.Running(Terminate with { NotificationTargetArn = _rig.Region.Sqs.Queue("events").Arn });
        Scaling.SetDesiredCapacity("g", 0);

        Assert.Collection(
            _rig.Events(null),
            test => Assert.Equal("autoscaling:TEST_NOTIFICATION", (string?)test["Event"]),
            action =>
            {
                Assert.Equal(instance, (string?)action["EC2InstanceId"]);
                Assert.Equal("123456789012", (string?)action["AccountId"]);
                Assert.Equal("AWS Auto Scaling", (string?)action["Service"]);
                Assert.Equal("2026-11-22T15:40:07.000Z", (string?)action["Time"]);
                Assert.Equal(_rig.Action.Token, (string?)action["LifecycleActionToken"]);
            });
    }

    [Theory, InlineData("CONTINUE"), InlineData("ABANDON")]
    public void A_hook_that_nobody_answers_ends_with_its_default_result(string defaultResult)
    {
        _rig.Running(Terminate with { DefaultResult = defaultResult });
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(59);
        Assert.True(_rig.Action.IsActive);
        _rig.Advance(1);

        Assert.Equal((defaultResult, "timeout", 0), (_rig.Action.Result, _rig.Action.EndedBy, _rig.Action.Acceptances));
    }

    [Fact]
    public void A_heartbeat_starts_the_timeout_anew()
    {
        var instance = _rig.Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(50);
        Scaling.RecordLifecycleActionHeartbeat("g", "drain", instance);
        _rig.Advance(59);
        Assert.True(_rig.Action.IsActive);
        _rig.Advance(1);

        Assert.False(_rig.Action.IsActive);
    }

    // GlobalTimeout: API reference, LifecycleHook: "48 hours or 100 times HeartbeatTimeout, whichever is smaller".
    [Fact]
    public void Heartbeats_extend_no_further_than_the_global_limit()
    {
        _rig.Running(Terminate with { HeartbeatTimeout = TimeSpan.FromSeconds(30) });
        Scaling.SetDesiredCapacity("g", 0);
        while (_rig.Passed < TimeSpan.FromSeconds(2990))
        {
            Scaling.RecordLifecycleActionHeartbeat("g", "drain", _rig.Action.InstanceId, _rig.Action.Token);
            _rig.Advance(10);
        }

        Assert.True(_rig.Action.IsActive);
        _rig.Advance(10);
        Assert.Equal("timeout", _rig.Action.EndedBy);
        Assert.Equal(TimeSpan.FromHours(48), new LifecycleHook("long") { HeartbeatTimeout = TimeSpan.FromSeconds(7200) }.GlobalTimeout);
    }

    // "CONTINUE allows any other lifecycle hooks to complete."
    [Fact]
    public void Several_hooks_run_together_and_the_instance_waits_for_the_last()
    {
        var instance = _rig.Running(Terminate, new("other") { HeartbeatTimeout = TimeSpan.FromSeconds(90) });
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        Assert.Equal("Terminating:Wait", _rig.Only.State);
        Scaling.CompleteLifecycleAction("g", "other", "CONTINUE", instance);

        Assert.Equal("Terminating:Proceed", _rig.Only.State);
    }

    // "ABANDON stops any remaining actions, such as other lifecycle hooks."
    [Fact]
    public void An_abandoned_terminate_hook_ends_the_others()
    {
        var instance = _rig.Running(Terminate, new("other"));
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "other", "ABANDON", instance);

        Assert.Equal("Terminating:Proceed", _rig.Only.State);
        Assert.All(Scaling.Actions, action => Assert.False(action.IsActive));
    }

    // Texts as users of the API quote them, e.g. spacelift-io/terraform-aws-spacelift-workerpool-on-ec2#197 and convox/rack#2432.
    [Fact]
    public void An_action_that_is_not_active_is_refused_in_AWSs_words()
    {
        var instance = _rig.Running(Terminate);
        Assert.Equal($"No active Lifecycle Action found with instance ID {instance}", ScalingRig.Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance)));
        Scaling.SetDesiredCapacity("g", 0);
        Assert.Equal($"No active Lifecycle Action found with token {Guid.Empty}", ScalingRig.Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, $"{Guid.Empty}")));
        Assert.Equal($"No active Lifecycle Action found with instance ID {instance}", ScalingRig.Refused(() => Scaling.RecordLifecycleActionHeartbeat("g", "other", instance)));
        var token = _rig.Action.Token;
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, token);

        Assert.Equal($"No active Lifecycle Action found with token {token}", ScalingRig.Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, token)));
        Assert.Equal((1, 4), (_rig.Action.Acceptances, Scaling.RefusedActions));
    }

    [Fact]
    public void Continuing_while_pods_could_still_be_evicted_breaks_a_rule_of_the_world()
    {
        var instance = _rig.Running(Terminate);
        var pods = 3;
        Scaling.EvictablePodsRunning = (_, _) => pods;
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);

        Assert.Equal("A hook was completed CONTINUE while evictable pods still ran and time was left", Assert.Single(_rig.World.Invariants.Violations).Rule);
    }

    public void Dispose() => _rig.Dispose();
}
