namespace DrainerFunction.Aws.AutoScaling;

internal sealed record CompleteLifecycleActionRequest(
    string AutoScalingGroupName, string LifecycleHookName, string InstanceId, string? LifecycleActionToken, string LifecycleActionResult);

internal sealed record RecordLifecycleActionHeartbeatRequest(
    string AutoScalingGroupName, string LifecycleHookName, string InstanceId, string? LifecycleActionToken);

internal sealed record DescribeAutoScalingInstancesRequest(IReadOnlyList<string> InstanceIds, string? NextToken);

internal sealed record DescribeAutoScalingInstancesResponse(IReadOnlyList<AutoScalingInstanceDetails> AutoScalingInstances, string? NextToken);

internal sealed record AutoScalingInstanceDetails(string InstanceId, string AutoScalingGroupName, string LifecycleState);

internal sealed record DescribeLifecycleHooksRequest(string AutoScalingGroupName);

internal sealed record DescribeLifecycleHooksResponse(IReadOnlyList<LifecycleHookDescription> LifecycleHooks);

/// <param name="HeartbeatTimeout">Seconds, as on the wire.</param>
/// <param name="GlobalTimeout">Seconds, as on the wire.</param>
internal sealed record LifecycleHookDescription(string LifecycleHookName, string LifecycleTransition, int HeartbeatTimeout, int GlobalTimeout, string DefaultResult);

internal sealed record DescribeAutoScalingGroupsRequest(IReadOnlyList<string> AutoScalingGroupNames, string? NextToken);

internal sealed record DescribeAutoScalingGroupsResponse(IReadOnlyList<GroupDescription> AutoScalingGroups, string? NextToken);

/// <param name="HasWarmPoolConfiguration">The pool itself is another call's answer.</param>
internal sealed record GroupDescription(
    string AutoScalingGroupName, bool CapacityRebalance, bool HasWarmPoolConfiguration, IReadOnlyList<AutoScalingInstanceDetails> Instances, IReadOnlyDictionary<string, string> Tags,
    IReadOnlySet<string> TagsNotPropagated);

internal sealed record DescribeWarmPoolRequest(string AutoScalingGroupName, string? NextToken);

internal sealed record DescribeWarmPoolResponse(IReadOnlyList<AutoScalingInstanceDetails> Instances, string? NextToken);
