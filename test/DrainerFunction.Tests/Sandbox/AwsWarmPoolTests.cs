using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// EC2 Auto Scaling User Guide, "Lifecycle state transitions for instances in a warm pool" and the warm pool example events.
public sealed class AwsWarmPoolTests : IDisposable
{
    private static readonly LifecycleHook[] Hooks = [new("drain"), new("ready", LifecycleHook.Launching)];
    private readonly AwsRig _rig = new();

    private AutoScaling Scaling => _rig.Region.AutoScaling;

    [Fact]
    public void An_instance_launched_into_the_pool_waits_in_Warmed_Pending_Wait_and_is_stopped()
    {
        var instance = Warm();

        Assert.Equal(["Warmed:Pending", "Warmed:Pending:Wait", "hook-started", "hook-completed", "Warmed:Pending:Proceed", "Warmed:Stopped"], _rig.History("autoscaling", instance));
        Assert.Equal(InstanceState.Stopped, _rig.Region.Ec2.Find(instance)!.State);
        Assert.Equal(("EC2", "WarmPool"), (Scaling.Actions[0].Origin, Scaling.Actions[0].Destination));
    }

    [Fact]
    public void Scaling_out_takes_it_from_the_pool_through_the_launch_hook_again()
    {
        var instance = Warm();
        Scaling.UpdateAutoScalingGroup("g", desiredCapacity: 1);
        _rig.Advance(8);
        Assert.Equal(("WarmPool", "AutoScalingGroup"), (Scaling.Actions[^1].Origin, Scaling.Actions[^1].Destination));
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);

        Assert.Equal(["Pending", "Pending:Wait", "hook-started", "hook-completed", "Pending:Proceed", "InService"], _rig.History("autoscaling", instance).Skip(6));
    }

    // FACTS: scale-in into a warm pool sends a terminate action with Destination WarmPool and waits in Warmed:Pending:Wait.
    [Fact]
    public void Scaling_in_returns_it_to_the_pool_through_the_terminate_hook()
    {
        var instance = Warm();
        Scaling.UpdateAutoScalingGroup("g", desiredCapacity: 1);
        _rig.Advance(8);
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);
        Scaling.SetDesiredCapacity("g", 0);

        Assert.Equal("Warmed:Pending:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal((LifecycleHook.Terminating, "AutoScalingGroup", "WarmPool"), (Scaling.Actions[^1].Hook.Transition, Scaling.Actions[^1].Origin, Scaling.Actions[^1].Destination));
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(15);
        Assert.Equal("Warmed:Stopped", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
    }

    [Fact]
    public void A_pool_that_is_deleted_terminates_its_instances_through_the_terminate_hook()
    {
        var instance = Warm();
        Scaling.SetWarmPool("g", null);
        Assert.Equal("Warmed:Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal(("WarmPool", "EC2"), (Scaling.Actions[^1].Origin, Scaling.Actions[^1].Destination));
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(15);

        Assert.Equal(["Warmed:Terminating:Proceed", "Warmed:Terminated"], _rig.History("autoscaling", instance).TakeLast(2));
    }

    public void Dispose() => _rig.Dispose();

    private string Warm()
    {
        Scaling.CreateAutoScalingGroup(new("g")
        {
            MaxSize = 1,
            DesiredCapacity = 0,
            Hooks = Hooks,
            WarmPool = new("Stopped", ReuseOnScaleIn: true),
        });
        _rig.Advance(8);
        var instance = Scaling.Instances("g", warm: true).Single().InstanceId;
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);
        _rig.Advance(15);
        return instance;
    }
}
