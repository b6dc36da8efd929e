using System.Xml.Linq;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// EC2 Auto Scaling User Guide, "Use lifecycle hooks with a warm pool in Auto Scaling group" (its section "Lifecycle state transitions for instances
// in a warm pool") and "Warm pool example events and patterns".
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

    // "If you specify an instance reuse policy to return instances to the warm pool on scale in […], instances that are returning to the warm pool
    // pause to perform custom actions at the Warmed:Pending:Wait state for the EC2_INSTANCE_TERMINATING lifecycle action."
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
        Scaling.DeleteWarmPool("g");
        Assert.Equal("Warmed:Terminating:Wait", Scaling.DescribeAutoScalingInstances([instance]).Items.Single().State);
        Assert.Equal(("WarmPool", "EC2"), (Scaling.Actions[^1].Origin, Scaling.Actions[^1].Destination));
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(15);

        Assert.Equal(["Warmed:Terminating:Proceed", "Warmed:Terminated"], _rig.History("autoscaling", instance).TakeLast(2));
    }

    [Theory, InlineData("Running", "Warmed:Running"), InlineData("Hibernated", "Warmed:Hibernated"), InlineData("Stopped", "Warmed:Stopped")]
    public void A_prepared_instance_rests_as_the_pools_state_says(string poolState, string state)
    {
        var instance = Warm(poolState);

        Assert.Equal(state, _rig.History("autoscaling", instance)[^1]);
        Assert.Equal(poolState == "Running" ? InstanceState.Running : InstanceState.Stopped, _rig.Region.Ec2.Find(instance)!.State);
    }

    [Theory, InlineData("CONTINUE", "Warmed:Stopped"), InlineData("ABANDON", "Warmed:Terminated")]
    public void A_launch_into_the_pool_that_nobody_answers_ends_with_its_default_result(string defaultResult, string end)
    {
        Pool("Stopped", new LifecycleHook("ready", LifecycleHook.Launching) { HeartbeatTimeout = TimeSpan.FromSeconds(60), DefaultResult = defaultResult });
        _rig.Advance(8);
        var instance = Scaling.DescribeWarmPool("g").Instances.Items.Single().InstanceId;
        _rig.Advance(60 + 20);

        Assert.Equal(["Warmed:Pending", "Warmed:Pending:Wait", "hook-started", "hook-completed"], _rig.History("autoscaling", instance).Take(4));
        Assert.Equal(end, _rig.History("autoscaling", instance)[^1]);
        Assert.Single(Scaling.DescribeWarmPool("g").Instances.Items);
    }

    [Fact]
    public void An_instance_that_is_abandoned_on_its_way_out_of_the_pool_ends_and_is_replaced()
    {
        var instance = Warm();
        Scaling.UpdateAutoScalingGroup("g", desiredCapacity: 1);
        _rig.Advance(8);
        Scaling.CompleteLifecycleAction("g", "ready", "ABANDON", instance);
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(20);

        Assert.Equal("Terminated", _rig.History("autoscaling", instance)[^1]);
        Assert.NotEqual(instance, Scaling.Instances("g").Single().InstanceId);
    }

    [Theory, InlineData("CONTINUE", "Warmed:Stopped"), InlineData("ABANDON", "Warmed:Terminated")]
    public void A_return_into_the_pool_that_nobody_answers_ends_with_its_default_result(string defaultResult, string end)
    {
        Pool("Stopped", new LifecycleHook("drain") { HeartbeatTimeout = TimeSpan.FromSeconds(60), DefaultResult = defaultResult });
        _rig.Advance(60);
        Scaling.UpdateAutoScalingGroup("g", desiredCapacity: 1);
        _rig.Advance(10);
        var instance = Scaling.Instances("g").Single().InstanceId;
        Scaling.SetDesiredCapacity("g", 0);
        Assert.Equal("Warmed:Pending:Wait", Scaling.DescribeWarmPool("g").Instances.Items.Single().State);
        _rig.Advance(200);

        Assert.Equal(end, _rig.History("autoscaling", instance)[^1]);
    }

    // The state is one of the model's (botocore, LifecycleState); "Configure instance retention" for what leads to it.
    [Fact]
    public void A_return_into_the_pool_that_is_abandoned_is_retained_where_the_group_retains()
    {
        Warm();
        Scaling.Group("g").RetainOnAbandon = true;
        Scaling.UpdateAutoScalingGroup("g", desiredCapacity: 1);
        _rig.Advance(8);
        var instance = Scaling.Instances("g").Single().InstanceId;
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);
        Scaling.SetDesiredCapacity("g", 0);
        Scaling.CompleteLifecycleAction("g", "drain", "ABANDON", instance);

        Assert.Equal("Warmed:Pending:Retained", _rig.History("autoscaling", instance)[^1]);
    }

    // API reference, DescribeWarmPool and DeleteWarmPool; WarmPoolStatus has the one value PendingDelete (botocore's model of autoscaling).
    [Fact]
    public void A_deleted_pool_is_described_as_pending_until_its_last_instance_has_terminated()
    {
        var instance = Warm();
        Assert.Equal([instance], Scaling.DescribeWarmPool("g").Instances.Items.Select(member => member.InstanceId));
        Scaling.DeleteWarmPool("g");
        Assert.Equal((true, "Warmed:Terminating:Wait"), (Scaling.DescribeWarmPool("g").Pool!.IsPendingDelete, Scaling.DescribeWarmPool("g").Instances.Items.Single().State));
        Scaling.CompleteLifecycleAction("g", "drain", "CONTINUE", instance);
        _rig.Advance(15);

        Assert.Null(Scaling.DescribeWarmPool("g").Pool);
        Assert.Empty(Scaling.DescribeWarmPool("g").Instances.Items);
    }

    [Fact]
    public void A_pool_that_is_deleted_by_force_waits_for_no_hook()
    {
        Warm();
        Scaling.DeleteWarmPool("g", force: true);
        _rig.Advance(15);

        Assert.Null(Scaling.DescribeWarmPool("g").Pool);
        Assert.All(Scaling.Actions, action => Assert.False(action.IsActive));
    }

    [Fact]
    public void A_pool_comes_in_pages_and_its_instances_are_not_among_the_groups_own()
    {
        Scaling.CreateAutoScalingGroup(new("g") { MaxSize = 5, DesiredCapacity = 1, WarmPool = new("Running") });
        _rig.Advance(8);
        var first = Scaling.DescribeWarmPool("g", maxRecords: 3);
        var second = Scaling.DescribeWarmPool("g", maxRecords: 3, nextToken: first.Instances.NextToken);

        Assert.Equal((3, 1), (first.Instances.Items.Count, second.Instances.Items.Count));
        Assert.All(first.Instances.Items.Concat(second.Instances.Items), member => Assert.Equal("Warmed:Running", member.State));
        Assert.Null(second.Instances.NextToken);
        Assert.Equal("InService", Scaling.Instances("g").Single().State);
        Assert.Equal(5, Scaling.DescribeAutoScalingInstances().Items.Count);
    }

    // Shape: botocore's model of autoscaling, DescribeWarmPoolAnswer with its wrapper DescribeWarmPoolResult.
    [Fact]
    public void A_pool_is_described_in_the_services_elements()
    {
        Scaling.CreateAutoScalingGroup(new("g") { MaxSize = 2, DesiredCapacity = 0, WarmPool = new("Running", MinSize: 1, MaxGroupPreparedCapacity: 2, ReuseOnScaleIn: true) });
        _rig.Advance(8);
        var answer = Asked("g", "MaxRecords=1");

        Assert.Equal(
            "<WarmPoolConfiguration><MaxGroupPreparedCapacity>2</MaxGroupPreparedCapacity><MinSize>1</MinSize><PoolState>Running</PoolState>"
            + "<InstanceReusePolicy><ReuseOnScaleIn>true</ReuseOnScaleIn></InstanceReusePolicy></WarmPoolConfiguration>",
            answer[0]);
        Assert.Matches("^<Instances><member><InstanceId>i-[0-9a-f]{17}</InstanceId>.*<LifecycleState>Warmed:Running</LifecycleState><HealthStatus>Healthy</HealthStatus>", answer[1]);
        Assert.StartsWith("<NextToken>", answer[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_without_a_pool_has_no_configuration_and_no_instances_in_one()
    {
        Scaling.CreateAutoScalingGroup(new("g"));

        Assert.Equal(["<Instances />"], Asked("g"));
    }

    public void Dispose() => _rig.Dispose();

    private IReadOnlyList<string> Asked(string group, string more = "")
    {
        var query = QueryParameters.Parse($"AutoScalingGroupName={group}&{more}");
        return [.. AwsAutoScaling.Answer(new("autoscaling", "DescribeWarmPool", AwsProtocol.Query) { Query = query }, _rig.Region)
            .OfType<XElement>().Select(element => element.ToString(SaveOptions.DisableFormatting))];
    }

    private void Pool(string state, params IReadOnlyList<LifecycleHook> hooks) => Scaling.CreateAutoScalingGroup(new("g")
    {
        MaxSize = 1,
        DesiredCapacity = 0,
        Hooks = hooks,
        WarmPool = new(state, ReuseOnScaleIn: true),
    });

    private string Warm(string poolState = "Stopped")
    {
        Pool(poolState, Hooks);
        _rig.Advance(8);
        var instance = Scaling.Instances("g", warm: true).Single().InstanceId;
        Scaling.CompleteLifecycleAction("g", "ready", "CONTINUE", instance);
        _rig.Advance(15);
        return instance;
    }
}
