using System.Globalization;
using System.Xml.Linq;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws;

internal sealed class AutoScalingGroups(AwsService autoScaling) : IAutoScaling
{
    private const int MostIds = 50;

    public Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken) => ActAsync(
        "autoscaling:CompleteLifecycleAction", hooked, result is LifecycleResult.Continue ? "CONTINUE" : "ABANDON", cancellationToken);

    public Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken) => ActAsync(
        "autoscaling:RecordLifecycleActionHeartbeat", hooked, result: null, cancellationToken);

    public async Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        List<GroupInstance> found = [];
        foreach (var ids in instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            found.AddRange(await autoScaling.QueryListAsync(
                "autoscaling:DescribeAutoScalingInstances",
                Members("InstanceIds", ids),
                page => page.Members("AutoScalingInstances").Select(one => ReadInstance(one, one.RequiredText("AutoScalingGroupName"))),
                cancellationToken));
        }

        return found;
    }

    public Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken) => autoScaling.QueryAsync<IReadOnlyList<LifecycleHook>>(
        "autoscaling:DescribeLifecycleHooks",
        [new("AutoScalingGroupName", autoScalingGroupName)],
        result => [.. result.Members("LifecycleHooks").Select(hook => new LifecycleHook(
            hook.RequiredText("LifecycleHookName"), hook.RequiredText("LifecycleTransition"), hook.Seconds("HeartbeatTimeout"), hook.Seconds("GlobalTimeout"), hook.RequiredText("DefaultResult")))],
        cancellationToken);

    public async Task<AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
        (await DescribeGroupsAsync([autoScalingGroupName], cancellationToken)).SingleOrDefault(group => group.Name == autoScalingGroupName);

    public Task<IReadOnlyList<AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken) => DescribeGroupsAsync([], cancellationToken);

    public Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken) => autoScaling.QueryListAsync(
        "autoscaling:DescribeWarmPool",
        [new("AutoScalingGroupName", autoScalingGroupName), new("MaxRecords", "50")],
        page => ReadInstances(page, autoScalingGroupName),
        cancellationToken);

    private Task<IReadOnlyList<AutoScalingGroup>> DescribeGroupsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => autoScaling.QueryListAsync(
        "autoscaling:DescribeAutoScalingGroups", [.. Members("AutoScalingGroupNames", names), new("MaxRecords", "100")], page => page.Members("AutoScalingGroups").Select(ReadGroup), cancellationToken);

    // A token that is not active says nothing of the instance, which may wait in the same hook under a newer one: asked once
    // more by its id. Auto Scaling calls it a ValidationError: "No active Lifecycle Action found with instance ID i-… ".
    private async Task<bool> ActAsync(string operation, LifecycleActionRef hooked, string? result, CancellationToken cancellationToken)
    {
        try
        {
            return await autoScaling.QueryAsync(
                operation,
                [
                    new("AutoScalingGroupName", hooked.AutoScalingGroupName), new("LifecycleHookName", hooked.HookName), new("InstanceId", hooked.InstanceId),
                    new("LifecycleActionToken", hooked.Token), new("LifecycleActionResult", result),
                ],
                _ => true,
                cancellationToken);
        }
        catch (AwsCallException refused) when (refused.Code is "ValidationError" && refused.Message.Contains("No active Lifecycle Action", StringComparison.OrdinalIgnoreCase))
        {
            return hooked.Token is not null && await ActAsync(operation, hooked with { Token = null }, result, cancellationToken);
        }
    }

    private static AutoScalingGroup ReadGroup(XElement group) => new(
        group.RequiredText("AutoScalingGroupName"),
        group.IsTrue("CapacityRebalance"),
        group.Element("WarmPoolConfiguration") is not null,
        [.. ReadInstances(group, group.RequiredText("AutoScalingGroupName"))],
        group.Members("Tags").Select(tag => KeyValuePair.Create(tag.RequiredText("Key"), tag.Text("Value") ?? "")).DistinctBy(tag => tag.Key).ToDictionary())
    {
        TagsKept = group.Members("Tags").Where(tag => tag.Text("PropagateAtLaunch") is "false").Select(tag => tag.RequiredText("Key")).ToHashSet(),
    };

    // Within their group's description the instances do not name it.
    private static IEnumerable<GroupInstance> ReadInstances(XElement parent, string group) => parent.Members("Instances").Select(one => ReadInstance(one, group));

    private static GroupInstance ReadInstance(XElement one, string group) => new(one.RequiredText("InstanceId"), group, one.RequiredText("LifecycleState"));

    private static QueryParameter[] Members(string list, IReadOnlyList<string> values) =>
        [.. values.Select((value, index) => new QueryParameter(string.Create(CultureInfo.InvariantCulture, $"{list}.member.{index + 1}"), value))];
}
