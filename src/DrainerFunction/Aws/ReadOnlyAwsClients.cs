namespace DrainerFunction.Aws;

/// <summary>Clients that answer no hook: Auto Scaling as a dry run sees it. EC2, EKS and STS are only ever asked.</summary>
internal sealed class ReadOnlyAwsClients(IAwsClients aws) : IAwsClients
{
    public long CallsThrottled => aws.CallsThrottled;

    public AwsRegion In(AwsScope scope) => aws.In(scope) is var region ? region with { AutoScaling = new ReadOnlyAutoScaling(region.AutoScaling) } : region;

    private sealed class ReadOnlyAutoScaling(IAutoScaling autoScaling) : IAutoScaling
    {
        public bool IsReadOnly => true;

        public Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            autoScaling.DescribeInstancesAsync(instanceIds, cancellationToken);

        public Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
            autoScaling.DescribeLifecycleHooksAsync(autoScalingGroupName, cancellationToken);

        public Task<AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
            autoScaling.DescribeGroupAsync(autoScalingGroupName, cancellationToken);

        public Task<IReadOnlyList<AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken) => autoScaling.DescribeAllGroupsAsync(cancellationToken);

        public Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
            autoScaling.DescribeWarmPoolAsync(autoScalingGroupName, cancellationToken);
    }
}
