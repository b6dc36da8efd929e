using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// An instance's way through its group, warm pool included (EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance
/// lifecycle" and "Lifecycle state transitions for instances in a warm pool").
/// </summary>
internal sealed class GroupLifecycle
{
    private const string ReplacingRootVolume = "ReplacingRootVolume";

    private readonly AwsRegion _region;
    private readonly SimulatedWorld _world;
    private readonly LifecycleActions _actions;
    private readonly Dictionary<string, History<GroupMember>> _members = [];
    private readonly HashSet<string> _fromWarmPool = [];

    public GroupLifecycle(AwsRegion region, LifecycleActions actions)
    {
        (_region, _world, _actions) = (region, region.World, actions);
        actions.Ended += (action, abandoned) => Proceed(action, abandoned);
        region.Ec2.StateChanged += OnInstance;
    }

    /// <summary>Raised under the world's gate when an instance has come, gone or changed its state.</summary>
    public event Action<string>? Changed;

    /// <summary>From the answer of the terminate hooks until the new root volume has replaced the old one.</summary>
    public TimeSpan RootVolumeTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the group takes to see that an instance has died by itself.</summary>
    public TimeSpan HealthCheckDelay { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<GroupMember> Members => _members.Values.Select(history => history.Current).Where(member => !member.HasLeft);

    public IEnumerable<GroupMember> MembersAsOf(DateTimeOffset at) =>
        _members.Values.Select(history => history.AsOf(at)).OfType<GroupMember>().Where(member => !member.HasLeft);

    public GroupMember? Find(string instanceId) =>
        _members.GetValueOrDefault(instanceId)?.Current is { HasLeft: false } member ? member : null;

    /// <param name="intoWarmPool">Prepared, not in service.</param>
    public void Launch(AutoScalingGroup group, bool intoWarmPool = false)
    {
        var own = group.Tags.Where(tag => !group.TagsThatStay.Contains(tag.Key)).ToDictionary();
        var tags = new Dictionary<string, string>([.. group.Template.Tags.Where(tag => !own.ContainsKey(tag.Key)), .. own])
        {
            ["aws:autoscaling:groupName"] = group.Name,
        };
        var id = group.Template.InstanceId ?? (group.NextIds.TryDequeue(out var next) ? next : null) ?? "i-" + _region.Cloud.Identifiers.Hex(17);
        var spec = group.Template with { InstanceId = id, Tags = tags };

        // Known before it is launched: its first state change must find it.
        var first = new GroupMember(id, group.Name, spec.AvailabilityZone ?? "", spec.InstanceType, spec.AlreadyRunning ? "InService" : intoWarmPool ? "Warmed:Pending" : "Pending");
        _members[id] = new(_world.Now, first);
        var launched = _region.Ec2.Launch(spec);
        Set(id, member => member with { AvailabilityZone = launched.AvailabilityZone }, first.State);
        group.Template = group.Template with { InstanceId = null };
    }

    /// <summary>From the warm pool into service.</summary>
    public void TakeFromWarmPool(GroupMember warm)
    {
        _fromWarmPool.Add(warm.InstanceId);
        Set(warm.InstanceId, member => member, "Pending");
        if (_region.Ec2.Find(warm.InstanceId)?.State == InstanceState.Running)
        {
            Hold(warm.InstanceId, LifecycleHook.Launching, "WarmPool", "AutoScalingGroup", "Pending");
        }
        else
        {
            _region.Ec2.StartInstances(warm.InstanceId);
        }
    }

    public void Terminate(string instanceId)
    {
        if (Find(instanceId) is not { } member || member.State.Contains("Terminat", StringComparison.Ordinal))
        {
            return;
        }

        _actions.Drop(instanceId);
        var state = member.IsWarm ? "Warmed:Terminating" : "Terminating";
        Set(instanceId, current => current, state);
        Hold(instanceId, LifecycleHook.Terminating, member.IsWarm ? "WarmPool" : "AutoScalingGroup", "EC2", state);
    }

    /// <summary>Scale-in of a group that reuses its instances.</summary>
    public void ReturnToWarmPool(string instanceId)
    {
        Set(instanceId, member => member, "Warmed:Pending");
        Hold(instanceId, LifecycleHook.Terminating, "AutoScalingGroup", "WarmPool", "Warmed:Pending");
    }

    /// <summary>From standby, through the launch hooks.</summary>
    public void ReturnToService(string instanceId)
    {
        Set(instanceId, member => member, "Pending");
        Hold(instanceId, LifecycleHook.Launching, "EC2", "AutoScalingGroup", "Pending");
    }

    /// <summary>Out of service through the terminate hooks, a reboot from the new volume, back through the launch hooks ("Replace root volumes during instance refresh").</summary>
    public void ReplaceRootVolume(string instanceId)
    {
        Set(instanceId, member => member, ReplacingRootVolume);
        Hold(instanceId, LifecycleHook.Terminating, "AutoScalingGroup", "AutoScalingGroup", ReplacingRootVolume);
    }

    public void Set(string instanceId, Func<GroupMember, GroupMember> change, string state)
    {
        var member = change(_members[instanceId].Current) with { State = state };
        _members[instanceId].Set(_world.Now, member);
        _world.Tape.Record("autoscaling", state, instanceId, $"{instanceId} of {member.GroupName} is {state}");
        Changed?.Invoke(member.GroupName);
    }

    /// <summary>It runs on, but not in the group: detached, or retained and then let go.</summary>
    public void Leave(string instanceId, string state)
    {
        _actions.Drop(instanceId);
        Set(instanceId, member => member with { HasLeft = true }, state);
        _world.Agenda.After(TimeSpan.FromHours(1), () => _members.Remove(instanceId));
    }

    /// <summary>Waits in the hooks of a transition, or goes on where there are none.</summary>
    private void Hold(string instanceId, string transition, string origin, string destination, string state)
    {
        var group = GroupOf(instanceId);
        if (group.Hooks.Values.Any(hook => hook.Transition == transition))
        {
            Set(instanceId, member => member, state + ":Wait");
            _actions.Start(group, instanceId, transition, origin, destination);
        }
        else
        {
            GoOn(instanceId, destination, abandoned: false);
        }
    }

    private void Proceed(LifecycleAction last, bool abandoned)
    {
        if (Find(last.InstanceId) is not { } member || !member.State.EndsWith(":Wait", StringComparison.Ordinal))
        {
            return;
        }

        var waiting = member.State[..^":Wait".Length];
        if (abandoned && last.Hook.Transition == LifecycleHook.Launching)
        {
            // A launch that was abandoned is not reused: the instance goes and the group launches another.
            Set(last.InstanceId, current => current with { HealthStatus = "Unhealthy" }, waiting.StartsWith("Warmed", StringComparison.Ordinal) ? "Warmed:Terminating" : "Terminating");
            Hold(last.InstanceId, LifecycleHook.Terminating, last.Destination, "EC2", Find(last.InstanceId)!.State);
        }
        else if (abandoned && last.Group.RetainOnAbandon)
        {
            Set(last.InstanceId, current => current, waiting + ":Retained");
        }
        else
        {
            Set(last.InstanceId, current => current, waiting + ":Proceed");
            GoOn(last.InstanceId, last.Destination, abandoned);
        }
    }

    private void GoOn(string instanceId, string destination, bool abandoned)
    {
        switch (destination)
        {
            case "AutoScalingGroup" when _members[instanceId].Current.State.StartsWith(ReplacingRootVolume, StringComparison.Ordinal):
                _region.Ec2.Reboot(instanceId);
                _world.Agenda.After(RootVolumeTime, () => ReturnWithNewRoot(instanceId));
                break;
            case "AutoScalingGroup":
                Set(instanceId, member => member, "InService");
                Tell(instanceId, "EC2 Instance Launch Successful");
                break;
            case "WarmPool" when abandoned:
                Terminate(instanceId);
                break;
            case "WarmPool":
                SettleInWarmPool(instanceId);
                break;
            default:
                EndInstance(instanceId);
                break;
        }
    }

    private void ReturnWithNewRoot(string instanceId)
    {
        if (Find(instanceId)?.State.StartsWith(ReplacingRootVolume, StringComparison.Ordinal) is true)
        {
            Set(instanceId, member => member, "RootVolumeReplaced");
            Set(instanceId, member => member, "Pending");
            Hold(instanceId, LifecycleHook.Launching, "AutoScalingGroup", "AutoScalingGroup", "Pending");
        }
    }

    private void SettleInWarmPool(string instanceId)
    {
        var pool = GroupOf(instanceId).WarmPool?.PoolState ?? "Stopped";
        if (pool == "Running")
        {
            Set(instanceId, member => member, "Warmed:Running");
        }
        else
        {
            _region.Ec2.StopInstances(instanceId);
            OnInstance(_region.Ec2.Find(instanceId)!);
        }
    }

    private void EndInstance(string instanceId)
    {
        if (_region.Ec2.Find(instanceId) is { State: not InstanceState.Terminated })
        {
            _region.Ec2.TerminateInstances(instanceId);
        }
        else
        {
            Finish(instanceId);
        }
    }

    private void OnInstance(Instance instance)
    {
        if (Find(instance.InstanceId) is not { } member)
        {
            return;
        }

        switch (instance.State, member.State)
        {
            case (InstanceState.Running, "Pending"):
                Hold(member.InstanceId, LifecycleHook.Launching, _fromWarmPool.Contains(member.InstanceId) ? "WarmPool" : "EC2", "AutoScalingGroup", "Pending");
                break;
            case (InstanceState.Running, "Warmed:Pending"):
                Hold(member.InstanceId, LifecycleHook.Launching, "EC2", "WarmPool", "Warmed:Pending");
                break;
            case (InstanceState.Stopped, "Warmed:Pending" or "Warmed:Pending:Proceed"):
                Set(member.InstanceId, current => current, GroupOf(member.InstanceId).WarmPool?.PoolState == "Hibernated" ? "Warmed:Hibernated" : "Warmed:Stopped");
                break;
            case (InstanceState.Terminated, "Terminating" or "Terminating:Proceed" or "Warmed:Terminating" or "Warmed:Terminating:Proceed"):
                Finish(member.InstanceId);
                break;
            case (InstanceState.Stopping or InstanceState.Stopped or InstanceState.ShuttingDown or InstanceState.Terminated, _) when !IsGoing(member):
                _world.Agenda.After(HealthCheckDelay, () => ReplaceIfDead(instance.InstanceId));
                break;
        }
    }

    // What goes down on its own behalf is no news: it is terminating, or on its way into a stopped warm pool.
    private static bool IsGoing(GroupMember member) =>
        member.State.Contains("Terminat", StringComparison.Ordinal) || member.State.StartsWith("Warmed:", StringComparison.Ordinal) || member.State == "Standby";

    private void ReplaceIfDead(string instanceId)
    {
        if (Find(instanceId) is { } member && !IsGoing(member) && _region.Ec2.Find(instanceId) is not { State: InstanceState.Running or InstanceState.Pending }
            && !GroupOf(instanceId).SuspendedProcesses.Contains("ReplaceUnhealthy"))
        {
            Set(instanceId, current => current with { HealthStatus = "Unhealthy" }, member.State);
            Terminate(instanceId);
        }
    }

    private void Finish(string instanceId)
    {
        var warm = _members[instanceId].Current.State.StartsWith("Warmed", StringComparison.Ordinal);
        Tell(instanceId, "EC2 Instance Terminate Successful");
        Leave(instanceId, warm ? "Warmed:Terminated" : "Terminated");
    }

    private void Tell(string instanceId, string detailType)
    {
        var member = _members[instanceId].Current;
        _region.Events.Emit("aws.autoscaling", detailType, [GroupOf(instanceId).Arn, _region.Arn("ec2", "instance/" + instanceId)], new JsonObject
        {
            ["StatusCode"] = "InProgress",
            ["AutoScalingGroupName"] = member.GroupName,
            ["ActivityId"] = _region.Cloud.Identifiers.Guid(),
            ["Details"] = new JsonObject { ["Availability Zone"] = member.AvailabilityZone },
            ["RequestId"] = _region.Cloud.Identifiers.Guid(),
            ["StatusMessage"] = "",
            ["EC2InstanceId"] = instanceId,
            ["Cause"] = detailType,
        });
    }

    private AutoScalingGroup GroupOf(string instanceId) => _region.AutoScaling.Group(_members[instanceId].Current.GroupName);
}
