using DrainerFunction.Interruptions;

namespace DrainerFunction.Aws;

internal interface IAutoScaling
{
    /// <summary>No hook is answered or kept waiting there.</summary>
    bool IsReadOnly => false;

    /// <summary>Ends the wait of one instance in one hook.</summary>
    /// <returns>False when there was no active lifecycle action: it was already ended, or had timed out.</returns>
    /// <exception cref="AwsCallException">The call failed; the action may or may not have been completed.</exception>
    Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken);

    /// <summary>Starts the hook's HeartbeatTimeout anew.</summary>
    /// <returns>False when there is no active lifecycle action any more.</returns>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken);

    /// <summary>Up to 50 ids a call are asked for together; instances that are in no group are absent.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);

    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken);

    /// <returns>The group, or null when there is none of that name.</returns>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken);

    /// <summary>Every group of the region with its instances, those of its warm pool left out, page by page, for the sweep.</summary>
    /// <exception cref="AwsCallException">A call failed.</exception>
    Task<IReadOnlyList<AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken);

    /// <summary>The instances in a group's warm pool, on their way in and out included, page by page.</summary>
    /// <exception cref="AwsCallException">A call failed.</exception>
    Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken);
}

/// <summary>One instance waiting in one hook. The token is optional: Auto Scaling accepts the instance id in its place.</summary>
internal sealed record LifecycleActionRef(string AutoScalingGroupName, string HookName, string InstanceId, string? Token)
{
    public LifecycleHookName Hook => new(AutoScalingGroupName, HookName);
}

internal enum LifecycleResult
{
    Continue,
    Abandon,
}

/// <param name="LifecycleState">As Auto Scaling spells it: InService, Terminating:Wait, Warmed:Pending:Wait, …</param>
internal sealed record GroupInstance(string InstanceId, string AutoScalingGroupName, string LifecycleState)
{
    private static readonly string[] Ways = ["Terminating", "Warmed:Terminating", ReplacingRootVolume];

    /// <summary>An instance refresh reboots it from a new root volume: it leaves the service as one that is terminated, and comes back as one that is launched.</summary>
    public const string ReplacingRootVolume = "ReplacingRootVolume";

    /// <summary>It goes out of service through the termination hooks, or has; one that was retained stays.</summary>
    public bool IsLeaving => Ways.Any(way => LifecycleState.StartsWith(way, StringComparison.Ordinal)) && !LifecycleState.EndsWith(":Retained", StringComparison.Ordinal);
}

/// <param name="Transition">autoscaling:EC2_INSTANCE_TERMINATING or autoscaling:EC2_INSTANCE_LAUNCHING.</param>
internal sealed record LifecycleHook(string HookName, string Transition, TimeSpan HeartbeatTimeout, TimeSpan GlobalTimeout, string DefaultResult);

internal sealed record AutoScalingGroup(
    string Name, bool CapacityRebalance, bool HasWarmPool, IReadOnlyList<GroupInstance> Instances, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The keys of those tags that new instances do not inherit (PropagateAtLaunch is false).</summary>
    public IReadOnlySet<string> TagsKept { get; init; } = new HashSet<string>();
}
