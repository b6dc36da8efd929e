namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Groups that keep their size, and the calls that ask and change them.</summary>
internal sealed partial class AutoScaling
{
    private readonly AwsRegion _region;
    private readonly SimulatedWorld _world;
    private readonly SortedDictionary<string, AutoScalingGroup> _groups = new(StringComparer.Ordinal);
    private readonly LifecycleActions _actions;
    private bool _reconciling;

    public AutoScaling(AwsRegion region)
    {
        (_region, _world) = (region, region.World);
        _actions = new(region);
        Lifecycle = new(region, _actions);
        Lifecycle.Changed += Reconcile;
        region.Ec2.AtRisk += OnRisk;
    }

    public GroupLifecycle Lifecycle { get; }

    /// <summary>How old the answers of the describing calls are.</summary>
    public TimeSpan DescribeLag { get; set; }

    public AutoScalingGroup CreateAutoScalingGroup(GroupSpec spec)
    {
        lock (_world.Gate)
        {
            if (_groups.ContainsKey(spec.Name))
            {
                throw new AwsError("AlreadyExists", $"AutoScalingGroup by this name already exists - A group with the name {spec.Name} already exists", 400);
            }

            GroupRefusals.RefuseSize(spec.MinSize, spec.MaxSize, spec.DesiredCapacity);
            var group = new AutoScalingGroup(spec, _region.Arn("autoscaling", $"autoScalingGroup:{_region.Cloud.Identifiers.Guid()}:autoScalingGroupName/{spec.Name}"), _world.Now);
            _groups.Add(spec.Name, group);
            foreach (var hook in group.Hooks.Values)
            {
                _actions.NotifyTest(group, hook);
            }

            Reconcile(group.Name);
            group.Template = group.Template with { AlreadyRunning = false, JoinsIn = null };
            return group;
        }
    }

    public AutoScalingGroup UpdateAutoScalingGroup(string name, int? minSize = null, int? maxSize = null, int? desiredCapacity = null, bool? capacityRebalance = null)
    {
        lock (_world.Gate)
        {
            var group = Group(name);
            var (min, max) = (minSize ?? group.MinSize, maxSize ?? group.MaxSize);
            GroupRefusals.RefuseSize(min, max, desiredCapacity ?? Math.Clamp(group.DesiredCapacity, min, Math.Max(min, max)));
            (group.MinSize, group.MaxSize) = (min, max);
            group.DesiredCapacity = desiredCapacity ?? Math.Clamp(group.DesiredCapacity, min, max);
            group.CapacityRebalance = capacityRebalance ?? group.CapacityRebalance;
            Reconcile(name);
            return group;
        }
    }

    public void SetDesiredCapacity(string name, int desired)
    {
        lock (_world.Gate)
        {
            var group = Group(name);
            GroupRefusals.RefuseDesired(group, desired);
            group.DesiredCapacity = desired;
            Reconcile(name);
        }
    }

    public void DeleteAutoScalingGroup(string name, bool force)
    {
        lock (_world.Gate)
        {
            var group = Group(name);
            if (!force && MembersOf(name).Any())
            {
                throw new AwsError("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.", 400);
            }

            (group.IsBeingDeleted, group.MinSize, group.DesiredCapacity, group.WarmPool) = (true, 0, 0, null);
            Reconcile(name);

            // A forced deletion "also deletes any outstanding lifecycle actions associated with the group".
            foreach (var action in _actions.All.Where(action => action.IsActive && action.Group == group).ToList())
            {
                _actions.Release(action, "the group's deletion");
            }
        }
    }

    public Page<GroupMember> DescribeAutoScalingInstances(IReadOnlyList<string>? instanceIds = null, int? maxRecords = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            GroupRefusals.RefuseTooMany("instance ids", instanceIds, 50);
            GroupRefusals.RefuseLong(instanceIds);
            return Pages.Of(Seen().Where(member => instanceIds is not { Count: > 0 } || instanceIds.Contains(member.InstanceId)), GroupRefusals.PageSize(maxRecords, 50), nextToken);
        }
    }

    public Page<AutoScalingGroup> DescribeAutoScalingGroups(IReadOnlyList<string>? names = null, int? maxRecords = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            GroupRefusals.RefuseTooMany("group names", names, maxRecords ?? 50);
            return Pages.Of(_groups.Values.Where(group => names is not { Count: > 0 } || names.Contains(group.Name)), GroupRefusals.PageSize(maxRecords, 100), nextToken);
        }
    }

    /// <summary>A group's instances as the describing calls show them; those of its warm pool are asked for by DescribeWarmPool.</summary>
    public IReadOnlyList<GroupMember> Instances(string groupName, bool warm = false)
    {
        lock (_world.Gate)
        {
            return [.. Seen().Where(member => member.GroupName == groupName && member.InWarmPool == warm)];
        }
    }

    public GroupMember TerminateInstanceInAutoScalingGroup(string instanceId, bool decrement)
    {
        lock (_world.Gate)
        {
            var member = Lifecycle.Find(instanceId)
                ?? throw AwsError.Validation($"Instance Id not found - No managed instance found for instance ID: {instanceId}");
            var group = Group(member.GroupName);
            if (decrement && member.IsActive)
            {
                if (group.DesiredCapacity <= group.MinSize)
                {
                    throw AwsError.Validation($"Currently, desiredSize equals minSize ({group.MinSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.");
                }

                group.DesiredCapacity--;
            }

            if (member.State.EndsWith(":Retained", StringComparison.Ordinal))
            {
                Lifecycle.Set(instanceId, current => current, "Terminating:Proceed");
                _region.Ec2.TerminateInstances(instanceId);
            }

            Lifecycle.Terminate(instanceId);
            return Lifecycle.Find(instanceId) ?? member;
        }
    }

    /// <summary>What an instance refresh with the strategy ReplaceRootVolume does to one instance.</summary>
    public void ReplaceRootVolume(string groupName, string instanceId)
    {
        lock (_world.Gate)
        {
            Member(groupName, instanceId, "InService");
            Lifecycle.ReplaceRootVolume(instanceId);
        }
    }

    /// <summary>In service no longer, but still in the group; without <paramref name="decrement"/> another is launched.</summary>
    public void EnterStandby(string groupName, string instanceId, bool decrement)
    {
        lock (_world.Gate)
        {
            Member(groupName, instanceId, "InService");
            Group(groupName).DesiredCapacity -= decrement ? 1 : 0;
            Lifecycle.Set(instanceId, current => current, "EnteringStandby");
            Lifecycle.Set(instanceId, current => current, "Standby");
        }
    }

    /// <summary>Into service again, by the way of a launch; the desired capacity grows.</summary>
    public void ExitStandby(string groupName, string instanceId)
    {
        lock (_world.Gate)
        {
            Member(groupName, instanceId, "Standby");
            Group(groupName).DesiredCapacity++;
            Lifecycle.ReturnToService(instanceId);
        }
    }

    /// <summary>The instance runs on without the group.</summary>
    public void DetachInstance(string groupName, string instanceId, bool decrement)
    {
        lock (_world.Gate)
        {
            Member(groupName, instanceId, "InService", "Standby");
            Group(groupName).DesiredCapacity -= decrement && Lifecycle.Find(instanceId)!.IsActive ? 1 : 0;
            Lifecycle.Set(instanceId, current => current, "Detaching");
            Lifecycle.Leave(instanceId, "Detached");
        }
    }

    public AutoScalingGroup Group(string name)
    {
        lock (_world.Gate)
        {
            return _groups.GetValueOrDefault(name) ?? throw AwsError.Validation($"AutoScalingGroup name not found - AutoScalingGroup {name} not found");
        }
    }

    private IEnumerable<GroupMember> Seen() => Lifecycle.MembersAsOf(_world.Now - DescribeLag);

    private IEnumerable<GroupMember> MembersOf(string groupName) => Lifecycle.Members.Where(member => member.GroupName == groupName);

    private void Member(string groupName, string instanceId, params IReadOnlyList<string> states)
    {
        if (Lifecycle.Find(instanceId) is not { } member || member.GroupName != Group(groupName).Name)
        {
            throw AwsError.Validation($"The instance {instanceId} is not part of Auto Scaling group {groupName}.");
        }

        if (!states.Contains(member.State))
        {
            throw AwsError.Validation($"The instance {instanceId} is not in {string.Join(" or ", states)}.");
        }
    }

    private void OnRisk(string instanceId)
    {
        if (Lifecycle.Find(instanceId) is { State: "InService" } member && Group(member.GroupName).CapacityRebalance)
        {
            Lifecycle.Set(instanceId, current => current with { AtRisk = true }, member.State);
        }
    }

    private void Reconcile(string groupName)
    {
        // Launching and terminating report back here; the outermost call looks again until nothing is left to do.
        if (_reconciling || !_groups.TryGetValue(groupName, out var group))
        {
            return;
        }

        _reconciling = true;
        try
        {
            while (GroupSize.NextStep(group, [.. MembersOf(groupName)]) is { } step)
            {
                step(Lifecycle);
            }
        }
        finally
        {
            _reconciling = false;
        }

        if (group.WarmPool is { IsPendingDelete: true } && !MembersOf(groupName).Any(member => member.InWarmPool))
        {
            group.WarmPool = null;
        }

        if (group.IsBeingDeleted && !MembersOf(groupName).Any())
        {
            _groups.Remove(groupName);
        }
    }
}
