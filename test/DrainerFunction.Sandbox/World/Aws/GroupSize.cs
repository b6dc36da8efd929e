namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What a group does next to have the size it should have. One step at a time; null when it is content.</summary>
internal static class GroupSize
{
    public static Action<GroupLifecycle>? NextStep(AutoScalingGroup group, IReadOnlyList<GroupMember> members)
    {
        var active = members.Where(member => member.IsActive).ToList();
        var staying = active.Count(member => !member.AtRisk);
        var warm = members.Where(member => member.IsWarm).ToList();
        if (staying < group.DesiredCapacity && !group.SuspendedProcesses.Contains("Launch"))
        {
            return warm.Find(IsReady) is { } ready
                ? lifecycle => lifecycle.TakeFromWarmPool(ready)
                : lifecycle => lifecycle.Launch(group);
        }

        if (group.SuspendedProcesses.Contains("Terminate"))
        {
            return null;
        }

        var inService = active.Count(member => member is { State: "InService", AtRisk: false });
        if (active.Find(member => member.AtRisk) is { } atRisk && inService >= group.DesiredCapacity)
        {
            // Its replacement serves: now the one that EC2 wants back may go.
            return lifecycle => lifecycle.Terminate(atRisk.InstanceId);
        }

        if (staying > group.DesiredCapacity && Victim(active) is { } victim)
        {
            return group.WarmPool is { ReuseOnScaleIn: true, IsPendingDelete: false }
                ? lifecycle => lifecycle.ReturnToWarmPool(victim.InstanceId)
                : lifecycle => lifecycle.Terminate(victim.InstanceId);
        }

        return WarmStep(group, warm);
    }

    private static Action<GroupLifecycle>? WarmStep(AutoScalingGroup group, List<GroupMember> warm)
    {
        var wanted = group.WarmPool is { IsPendingDelete: false } pool && !group.IsBeingDeleted
            ? Math.Max(pool.MinSize, (pool.MaxGroupPreparedCapacity ?? group.MaxSize) - group.DesiredCapacity)
            : 0;
        if (warm.Count < wanted && !group.SuspendedProcesses.Contains("Launch"))
        {
            return lifecycle => lifecycle.Launch(group, intoWarmPool: true);
        }

        return warm.Count > wanted && warm.Find(IsReady) is { } surplus ? lifecycle => lifecycle.Terminate(surplus.InstanceId) : null;
    }

    private static bool IsReady(GroupMember member) => member.State is "Warmed:Stopped" or "Warmed:Running" or "Warmed:Hibernated";

    // The zone with the most instances first, in it the oldest: they are in the order of their launch.
    private static GroupMember? Victim(List<GroupMember> active) => active
        .Where(member => member is { State: "InService", ProtectedFromScaleIn: false })
        .GroupBy(member => member.AvailabilityZone)
        .OrderByDescending(zone => zone.Count())
        .Select(zone => zone.First())
        .FirstOrDefault();
}
