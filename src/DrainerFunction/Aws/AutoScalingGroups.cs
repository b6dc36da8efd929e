using DrainerFunction.Aws.AutoScaling;

namespace DrainerFunction.Aws;

internal sealed class AutoScalingGroups(Lazy<AmazonAutoScalingClient> autoScaling, AwsCalls calls) : IAutoScaling
{
    private const int MostIds = 50;

    public Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken) => ActAsync(
        "autoscaling:CompleteLifecycleAction",
        hooked,
        (hooked, stop) => autoScaling.Value.CompleteLifecycleActionAsync(
            new(hooked.AutoScalingGroupName, hooked.HookName, hooked.InstanceId, hooked.Token, result is LifecycleResult.Continue ? "CONTINUE" : "ABANDON"), stop),
        cancellationToken);

    public Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken) => ActAsync(
        "autoscaling:RecordLifecycleActionHeartbeat",
        hooked,
        (hooked, stop) => autoScaling.Value.RecordLifecycleActionHeartbeatAsync(new(hooked.AutoScalingGroupName, hooked.HookName, hooked.InstanceId, hooked.Token), stop),
        cancellationToken);

    public async Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        List<GroupInstance> found = [];
        foreach (var ids in instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            string? next = null;
            do
            {
                var page = await calls.AskAsync(
                    "autoscaling:DescribeAutoScalingInstances", stop => autoScaling.Value.DescribeAutoScalingInstancesAsync(new(ids, next), stop), cancellationToken);
                found.AddRange(page.AutoScalingInstances.Select(Read));
                next = page.NextToken;
            }
            while (!string.IsNullOrEmpty(next));
        }

        return found;
    }

    public async Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(
            "autoscaling:DescribeLifecycleHooks", stop => autoScaling.Value.DescribeLifecycleHooksAsync(new(autoScalingGroupName), stop), cancellationToken);
        return [.. answer.LifecycleHooks.Select(hook => new LifecycleHook(
            hook.LifecycleHookName, hook.LifecycleTransition, TimeSpan.FromSeconds(hook.HeartbeatTimeout), TimeSpan.FromSeconds(hook.GlobalTimeout), hook.DefaultResult))];
    }

    public async Task<AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
        (await DescribeGroupsAsync([autoScalingGroupName], cancellationToken)).SingleOrDefault(group => group.Name == autoScalingGroupName);

    public Task<IReadOnlyList<AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken) => DescribeGroupsAsync([], cancellationToken);

    public async Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken)
    {
        List<GroupInstance> warm = [];
        string? next = null;
        do
        {
            var page = await calls.AskAsync("autoscaling:DescribeWarmPool", stop => autoScaling.Value.DescribeWarmPoolAsync(new(autoScalingGroupName, next), stop), cancellationToken);
            warm.AddRange(page.Instances.Select(Read));
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return warm;
    }

    private async Task<IReadOnlyList<AutoScalingGroup>> DescribeGroupsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        List<AutoScalingGroup> groups = [];
        string? next = null;
        do
        {
            var page = await calls.AskAsync(
                "autoscaling:DescribeAutoScalingGroups", stop => autoScaling.Value.DescribeAutoScalingGroupsAsync(new(names, next), stop), cancellationToken);
            groups.AddRange(page.AutoScalingGroups.Select(group => new AutoScalingGroup(
                group.AutoScalingGroupName, group.CapacityRebalance, group.HasWarmPoolConfiguration, [.. group.Instances.Select(Read)], group.Tags)
            {
                TagsKept = group.TagsNotPropagated,
            }));
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return groups;
    }

    // A token that is not active says nothing of the instance, which may wait in the same hook under a newer one: asked once
    // more by its id. Auto Scaling calls it a ValidationError: "No active Lifecycle Action found with instance ID i-… ".
    private async Task<bool> ActAsync(string operation, LifecycleActionRef hooked, Func<LifecycleActionRef, CancellationToken, Task> act, CancellationToken cancellationToken) =>
        await TryActAsync(operation, stop => act(hooked, stop), cancellationToken)
        || (hooked.Token is not null && await TryActAsync(operation, stop => act(hooked with { Token = null }, stop), cancellationToken));

    private async Task<bool> TryActAsync(string operation, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.AskAsync(
                operation,
                async stop =>
                {
                    await act(stop);
                    return true;
                },
                cancellationToken);
        }
        catch (AwsCallException refused) when (refused.Code is "ValidationError" && refused.Message.Contains("No active Lifecycle Action", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    private static GroupInstance Read(AutoScalingInstanceDetails one) => new(one.InstanceId, one.AutoScalingGroupName, one.LifecycleState);
}
