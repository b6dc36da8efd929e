using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// Transitions: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle", "How lifecycle hooks work in Auto
// Scaling groups" and "Lifecycle state transitions for instances in a warm pool".
public sealed class AwsAutoScalingTests : IDisposable
{
    private static readonly LifecycleHook Terminate = new("drain") { HeartbeatTimeout = TimeSpan.FromSeconds(60), DefaultResult = "CONTINUE", NotificationMetadata = "m" };
    private static readonly LifecycleHook Launch = new("ready", LifecycleHook.Launching) { HeartbeatTimeout = TimeSpan.FromSeconds(60) };
    private readonly AwsRig _rig = new();

    private AutoScaling Scaling => _rig.Region.AutoScaling;

    [Fact]
    public void Without_hooks_an_instance_goes_from_Pending_straight_into_service_and_out()
    {
        Group(desired: 1);
        _rig.Advance(8);
        var instance = Only();
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(15);

        Assert.Equal(["Pending", "InService", "Terminating", "Terminated"], _rig.History("autoscaling", instance.InstanceId));
        Assert.Empty(Scaling.Instances("g"));
    }

    [Fact]
    public void A_launch_hook_holds_the_instance_in_Pending_Wait_until_it_is_completed()
    {
        Group(desired: 1, hooks: Launch);
        _rig.Advance(8);
        var instance = Only();
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance.InstanceId);

        Assert.Equal(["Pending", "Pending:Wait", "hook-started", "hook-completed", "Pending:Proceed", "InService"], _rig.History("autoscaling", instance.InstanceId));
    }

    [Fact]
    public void An_abandoned_launch_ends_the_instance_and_another_is_launched()
    {
        Group(desired: 1, hooks: Launch);
        _rig.Advance(8);
        var instance = Only();
        Scaling.CompleteLifecycleAction("g", "ready", "ABANDON", instance.InstanceId);
        _rig.Advance(20);

        Assert.Contains("Terminated", _rig.History("autoscaling", instance.InstanceId));
        Assert.Equal("Pending:Wait", Only().State);
        Assert.NotEqual(instance.InstanceId, Only().InstanceId);
    }

    [Fact]
    public void A_terminate_hook_holds_the_instance_and_its_completion_lets_it_go()
    {
        var instance = Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(30);
        Assert.Equal(InstanceState.Running, _rig.Region.Ec2.Find(instance)!.State);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", token: Action().Token);
        _rig.Advance(15);

        Assert.Equal(["InService", "Terminating", "Terminating:Wait", "hook-started", "hook-completed", "Terminating:Proceed", "Terminated"], _rig.History("autoscaling", instance));
        Assert.Equal(InstanceState.Terminated, _rig.Region.Ec2.Find(instance)!.State);
        Assert.Equal(1, Action().Acceptances);
    }

    // Shape: EC2 Auto Scaling User Guide, "EC2 Instance-terminate Lifecycle Action" example event.
    [Fact]
    public void The_bus_is_told_of_the_action_in_the_shape_of_the_documentation()
    {
        var instance = Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);

        var body = Assert.Single(_rig.Events("EC2 Instance-terminate Lifecycle Action"));
        Assert.Equal("aws.autoscaling", (string?)body["source"]);
        Assert.Equal(Scaling.Group("g").Arn, (string?)body["resources"]![0]);
        Assert.Equal(
            $$"""{"LifecycleActionToken":"{{Action().Token}}","AutoScalingGroupName":"g","LifecycleHookName":"drain","EC2InstanceId":"{{instance}}","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","Origin":"AutoScalingGroup","Destination":"EC2","NotificationMetadata":"m"}""",
            body["detail"]!.ToJsonString());
    }

    // Shape: EC2 Auto Scaling User Guide, "Configure a notification target for your lifecycle hook" (TEST_NOTIFICATION) and "Receive notifications using Amazon SNS".
    [Fact]
    public void A_queue_that_is_the_hooks_target_gets_a_test_and_then_the_fields_at_the_root()
    {
        var instance = Running(Terminate with { NotificationTargetArn = _rig.Region.Sqs.Queue("events").Arn });
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
                Assert.Equal(Action().Token, (string?)action["LifecycleActionToken"]);
            });
    }

    [Theory, InlineData("CONTINUE"), InlineData("ABANDON")]
    public void A_hook_that_nobody_answers_ends_with_its_default_result(string defaultResult)
    {
        Running(Terminate with { DefaultResult = defaultResult });
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(59);
        Assert.True(Action().IsActive);
        _rig.Advance(1);

        Assert.Equal((defaultResult, "timeout", 0), (Action().Result, Action().EndedBy, Action().Acceptances));
    }

    [Fact]
    public void A_heartbeat_starts_the_timeout_anew()
    {
        var instance = Running(Terminate);
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(50);
        Scaling.RecordLifecycleActionHeartbeat("g", "drain", instance);
        _rig.Advance(59);
        Assert.True(Action().IsActive);
        _rig.Advance(1);

        Assert.False(Action().IsActive);
    }

    // GlobalTimeout: API reference, LifecycleHook: "48 hours or 100 times HeartbeatTimeout, whichever is smaller".
    [Fact]
    public void Heartbeats_extend_no_further_than_the_global_limit()
    {
        Running(Terminate with { HeartbeatTimeout = TimeSpan.FromSeconds(30) });
        Scaling.SetDesiredCapacity("g", 0);
        while (_rig.Clock.GetUtcNow() - AwsRig.Start < TimeSpan.FromSeconds(2990))
        {
            Scaling.RecordLifecycleActionHeartbeat("g", "drain", Action().InstanceId, Action().Token);
            _rig.Advance(10);
        }

        Assert.True(Action().IsActive);
        _rig.Advance(10);
        Assert.Equal("timeout", Action().EndedBy);
        Assert.Equal(TimeSpan.FromHours(48), new LifecycleHook("long") { HeartbeatTimeout = TimeSpan.FromSeconds(7200) }.GlobalTimeout);
    }

    // "CONTINUE allows any other lifecycle hooks to complete."
    [Fact]
    public void Several_hooks_run_together_and_the_instance_waits_for_the_last()
    {
        var instance = Running(Terminate, new("other") { HeartbeatTimeout = TimeSpan.FromSeconds(90) });
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        Assert.Equal("Terminating:Wait", Only().State);
        Scaling.CompleteLifecycleAction("g", "other", "CONTINUE", instance);

        Assert.Equal("Terminating:Proceed", Only().State);
    }

    // "ABANDON stops any remaining actions, such as other lifecycle hooks."
    [Fact]
    public void An_abandoned_terminate_hook_ends_the_others()
    {
        var instance = Running(Terminate, new("other"));
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "other", "ABANDON", instance);

        Assert.Equal("Terminating:Proceed", Only().State);
        Assert.All(Scaling.Actions, action => Assert.False(action.IsActive));
    }

    // EC2 Auto Scaling User Guide, "Configure instance retention": TerminateHookAbandon=retain.
    [Fact]
    public void A_group_that_retains_keeps_an_abandoned_instance_and_replaces_it()
    {
        var instance = Running(Terminate);
        Scaling.Group("g").RetainOnAbandon = true;
        Scaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);
        Scaling.CompleteLifecycleAction("g", "drain", "ABANDON", instance);
        _rig.Advance(60);

        Assert.Equal(["Terminating:Retained", "InService"], Scaling.Instances("g").Select(member => member.State));
        Assert.Equal(InstanceState.Running, _rig.Region.Ec2.Find(instance)!.State);
    }

    // Texts as users of the API quote them, e.g. spacelift-io/terraform-aws-spacelift-workerpool-on-ec2#197 and convox/rack#2432.
    [Fact]
    public void An_action_that_is_not_active_is_refused_in_AWSs_words()
    {
        var instance = Running(Terminate);
        Assert.Equal($"No active Lifecycle Action found with instance ID {instance}", Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance)));
        Scaling.SetDesiredCapacity("g", 0);
        Assert.Equal("No active Lifecycle Action found with token 0", Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, "0")));
        Assert.Equal($"No active Lifecycle Action found with instance ID {instance}", Refused(() => Scaling.RecordLifecycleActionHeartbeat("g", "other", instance)));
        var token = Action().Token;
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, token);

        Assert.Equal($"No active Lifecycle Action found with token {token}", Refused(() => Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance, token)));
        Assert.Equal((1, 4), (Action().Acceptances, Scaling.RefusedActions));
    }

    [Fact]
    public void A_group_replaces_what_is_terminated_in_it()
    {
        var instance = Running();
        Scaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);
        _rig.Advance(30);

        Assert.Equal("InService", Only().State);
        Assert.NotEqual(instance, Only().InstanceId);
    }

    // "Health checks": an instance that EC2 stopped or terminated is unhealthy and is replaced, terminate hooks included.
    [Fact]
    public void An_instance_that_died_by_itself_goes_through_the_hooks_all_the_same()
    {
        var instance = Running(Terminate);
        _rig.Region.Ec2.TerminateInstances(instance);
        _rig.Advance(31);

        Assert.Equal("Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal("UNHEALTHY", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().ShoutedHealth);
    }

    // "Use Capacity Rebalancing": the replacement is launched first, then the instance at risk is terminated.
    [Fact]
    public void Capacity_rebalancing_replaces_before_it_terminates()
    {
        var instance = Running(Terminate);
        Scaling.UpdateAutoScalingGroup("g", capacityRebalance: true);
        _rig.Region.Ec2.Rebalance(instance);
        Assert.Equal(["InService", "Pending"], Scaling.Instances("g").Select(member => member.State));
        _rig.Advance(8);

        Assert.Equal(["Terminating:Wait", "InService"], Scaling.Instances("g").Select(member => member.State));
    }

    [Fact]
    public void Describing_calls_can_lag()
    {
        var instance = Running(Terminate);
        _rig.Advance(60);
        Scaling.DescribeLag = TimeSpan.FromSeconds(30);
        Scaling.SetDesiredCapacity("g", 0);

        Assert.Equal("InService", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        _rig.Advance(30);
        Assert.Equal("Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
    }

    [Fact]
    public void Continuing_while_pods_could_still_be_evicted_breaks_a_rule_of_the_world()
    {
        var instance = Running(Terminate);
        var pods = 3;
        Scaling.EvictablePodsRunning = _ => pods;
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);

        Assert.Equal("A hook was completed CONTINUE while evictable pods still ran and time was left", Assert.Single(_rig.World.Invariants.Violations).Rule);
    }

    [Fact]
    public void A_new_instance_joins_as_a_node_once_it_has_booted()
    {
        var booted = new List<MachineChange>();
        _rig.World.Machines.Changed += booted.Add;
        Group(desired: 1);
        _rig.Advance(8);
        Assert.Empty(booted);
        _rig.Advance(25);

        Assert.Equal((Only().InstanceId, "prod", MachinePower.Booted), booted.Select(change => (change.Machine.InstanceId, change.Machine.ClusterName!, change.Power)).Single());
    }

    public void Dispose() => _rig.Dispose();

    private void Group(int desired, bool alreadyRunning = false, params IReadOnlyList<LifecycleHook> hooks) => Scaling.CreateAutoScalingGroup(new("g")
    {
        DesiredCapacity = desired,
        Hooks = hooks,
        Template = new() { ClusterName = "prod", AlreadyRunning = alreadyRunning },
    });

    private string Running(params IReadOnlyList<LifecycleHook> hooks)
    {
        Group(1, true, hooks);
        return Only().InstanceId;
    }

    private GroupMember Only() => Assert.Single(Scaling.Instances("g"), member => !member.State.StartsWith("Terminated", StringComparison.Ordinal));

    private LifecycleAction Action() => Scaling.Actions[^1];

    private static string Refused(Action call)
    {
        var refused = Assert.Throws<AwsError>(call);
        Assert.Equal(("ValidationError", 400), (refused.Code, refused.Status));
        return refused.Message;
    }
}
