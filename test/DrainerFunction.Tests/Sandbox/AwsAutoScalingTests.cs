using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// Transitions: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle".
public sealed class AwsAutoScalingTests : IDisposable
{
    private static readonly LifecycleHook Terminate = new("drain") { HeartbeatTimeout = TimeSpan.FromSeconds(60), DefaultResult = "CONTINUE" };
    private readonly ScalingRig _rig = new();

    private AutoScaling Scaling => _rig.Scaling;

    [Fact]
    public void Without_hooks_an_instance_goes_from_Pending_straight_into_service_and_out()
    {
        _rig.Group(desired: 1);
        _rig.Advance(8);
        var instance = _rig.Only;
        Scaling.SetDesiredCapacity("g", 0);
        _rig.Advance(15);

        Assert.Equal(["Pending", "InService", "Terminating", "Terminated"], _rig.States(instance.InstanceId));
        Assert.Empty(Scaling.Instances("g"));
    }

    // EC2 Auto Scaling User Guide, "Configure instance retention": TerminateHookAbandon=retain.
    [Fact]
    public void A_group_that_retains_keeps_an_abandoned_instance_and_replaces_it()
    {
        var instance = _rig.Running(Terminate);
        Scaling.Group("g").RetainOnAbandon = true;
        Scaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);
        Scaling.CompleteLifecycleAction("g", "drain", "ABANDON", instance);
        _rig.Advance(60);

        Assert.Equal(["Terminating:Retained", "InService"], Scaling.Instances("g").Select(member => member.State));
        Assert.Equal(InstanceState.Running, _rig.Region.Ec2.Find(instance)!.State);
    }

    [Fact]
    public void A_group_replaces_what_is_terminated_in_it()
    {
        var instance = _rig.Running();
        Scaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);
        _rig.Advance(30);

        Assert.Equal("InService", _rig.Only.State);
        Assert.NotEqual(instance, _rig.Only.InstanceId);
    }

    // EC2 Auto Scaling User Guide, "Tag Auto Scaling groups and instances".
    [Fact]
    public void A_tag_of_a_group_goes_onto_new_instances_if_it_propagates_and_never_onto_running_ones()
    {
        var old = _rig.Running();
        Scaling.CreateOrUpdateTag("g", "propagated", "yes", propagates: true);
        Scaling.CreateOrUpdateTag("g", "kept", "yes", propagates: false);
        Scaling.TerminateInstanceInAutoScalingGroup(old, decrement: false);
        _rig.Advance(30);

        Assert.DoesNotContain("propagated", _rig.Region.Ec2.Find(old)!.Tags.Keys);
        Assert.Equal("yes", _rig.Region.Ec2.Find(_rig.Only.InstanceId)!.Tags["propagated"]);
        Assert.DoesNotContain("kept", _rig.Region.Ec2.Find(_rig.Only.InstanceId)!.Tags.Keys);
    }

    // "Health checks": an instance that EC2 stopped or terminated is unhealthy and is replaced, terminate hooks included.
    [Fact]
    public void An_instance_that_died_by_itself_goes_through_the_hooks_all_the_same()
    {
        var instance = _rig.Running(Terminate);
        _rig.Region.Ec2.TerminateInstances(instance);
        _rig.Advance(31);

        Assert.Equal("Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal("UNHEALTHY", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().ShoutedHealth);
    }

    // "Use Capacity Rebalancing": the replacement is launched first, then the instance at risk is terminated.
    [Fact]
    public void Capacity_rebalancing_replaces_before_it_terminates()
    {
        var instance = _rig.Running(Terminate);
        Scaling.UpdateAutoScalingGroup("g", capacityRebalance: true);
        _rig.Region.Ec2.Interruptions.Rebalance(instance);
        Assert.Equal(["InService", "Pending"], Scaling.Instances("g").Select(member => member.State));
        _rig.Advance(8);

        Assert.Equal(["Terminating:Wait", "InService"], Scaling.Instances("g").Select(member => member.State));
    }

    [Fact]
    public void Describing_calls_can_lag()
    {
        var instance = _rig.Running(Terminate);
        _rig.Advance(60);
        Scaling.DescribeLag = TimeSpan.FromSeconds(30);
        Scaling.SetDesiredCapacity("g", 0);

        Assert.Equal("InService", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        _rig.Advance(30);
        Assert.Equal("Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
    }

    [Fact]
    public void A_new_instance_joins_as_a_node_once_it_has_booted()
    {
        var booted = new List<MachineChange>();
        _rig.World.Machines.Changed += booted.Add;
        _rig.Group(desired: 1);
        _rig.Advance(8);
        Assert.Empty(booted);
        _rig.Advance(25);

        Assert.Equal((_rig.Only.InstanceId, "prod", MachinePower.Booted), booted.Select(change => (change.Machine.InstanceId, change.Machine.ClusterName!, change.Power)).Single());
    }

    // User guide, "Temporarily remove instances from your Auto Scaling group" and the lifecycle's picture: Standby is left through Pending.
    [Fact]
    public void An_instance_in_standby_returns_through_the_launch_hook()
    {
        var instance = _rig.Running(new LifecycleHook("ready", LifecycleHook.Launching));
        Scaling.EnterStandby("g", instance, decrement: true);
        Assert.Equal(("Standby", 0), (_rig.Only.State, Scaling.Group("g").DesiredCapacity));
        Scaling.ExitStandby("g", instance);
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);

        Assert.Equal(
            ["InService", "EnteringStandby", "Standby", "Pending", "Pending:Wait", "hook-started", "hook-completed", "Pending:Proceed", "InService"], _rig.States(instance));
        Assert.Equal(1, Scaling.Group("g").DesiredCapacity);
    }

    [Fact]
    public void Standby_without_a_smaller_group_brings_another_instance()
    {
        var instance = _rig.Running();
        Scaling.EnterStandby("g", instance, decrement: false);
        _rig.Advance(10);

        Assert.Equal(["Standby", "InService"], Scaling.Instances("g").Select(member => member.State));
    }

    // "Replace root volumes during instance refresh" and "Instance refresh replace root volume lifecycle events".
    [Fact]
    public void An_instance_whose_root_volume_is_replaced_waits_in_both_hooks_and_its_group_launches_no_other()
    {
        var instance = _rig.Running(Terminate, new LifecycleHook("ready", LifecycleHook.Launching));
        Scaling.ReplaceRootVolume("g", instance);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(60);
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);

        Assert.Equal(
            [
                "ReplacingRootVolume", "ReplacingRootVolume:Wait", "hook-started", "hook-completed", "ReplacingRootVolume:Proceed", "RootVolumeReplaced",
                "Pending", "Pending:Wait", "hook-started", "hook-completed", "Pending:Proceed", "InService",
            ],
            _rig.States(instance).TakeLast(12));
        Assert.All(Scaling.Actions.TakeLast(2), action => Assert.Equal(("AutoScalingGroup", "AutoScalingGroup"), (action.Origin, action.Destination)));
        Assert.Equal(instance, _rig.Only.InstanceId);
    }

    // "Detach instances": no lifecycle hook runs, and the instance runs on.
    [Fact]
    public void A_detached_instance_runs_on_and_waits_in_no_hook()
    {
        var instance = _rig.Running(Terminate);
        Scaling.DetachInstance("g", instance, decrement: true);

        Assert.Equal(["InService", "Detaching", "Detached"], _rig.States(instance));
        Assert.Equal(InstanceState.Running, _rig.Region.Ec2.Find(instance)!.State);
        Assert.Empty(Scaling.Actions);
        Assert.Equal($"The instance {instance} is not part of Auto Scaling group g.", ScalingRig.Refused(() => Scaling.DetachInstance("g", instance, decrement: true)));
    }

    public void Dispose() => _rig.Dispose();
}
