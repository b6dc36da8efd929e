using System.Globalization;
using System.Xml.Linq;
using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws.AutoScaling;

/// <summary>The operations of Auto Scaling that are needed, in the shape of AWSSDK.AutoScaling so that the package can take its place.</summary>
internal sealed class AmazonAutoScalingClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    private const string Version = "2011-01-01";

    public static PipelineConfig NewConfig() => PipelineConfig.For("Auto Scaling", "autoscaling", Version);

    public Task CompleteLifecycleActionAsync(CompleteLifecycleActionRequest request, CancellationToken cancellationToken) => QueryAsync(
        "CompleteLifecycleAction",
        [new("AutoScalingGroupName", request.AutoScalingGroupName), new("LifecycleHookName", request.LifecycleHookName), new("InstanceId", request.InstanceId),
            new("LifecycleActionToken", request.LifecycleActionToken), new("LifecycleActionResult", request.LifecycleActionResult)],
        cancellationToken);

    public Task RecordLifecycleActionHeartbeatAsync(RecordLifecycleActionHeartbeatRequest request, CancellationToken cancellationToken) => QueryAsync(
        "RecordLifecycleActionHeartbeat",
        [new("AutoScalingGroupName", request.AutoScalingGroupName), new("LifecycleHookName", request.LifecycleHookName), new("InstanceId", request.InstanceId),
            new("LifecycleActionToken", request.LifecycleActionToken)],
        cancellationToken);

    public async Task<DescribeAutoScalingInstancesResponse> DescribeAutoScalingInstancesAsync(DescribeAutoScalingInstancesRequest request, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync(
            "DescribeAutoScalingInstances", [.. Members("InstanceIds", request.InstanceIds), new("NextToken", request.NextToken)], cancellationToken);
        return new(
            [.. answer.Listed("AutoScalingInstances").Select(one => new AutoScalingInstanceDetails(
                one.Text("InstanceId"), one.Text("AutoScalingGroupName"), one.Text("LifecycleState")))],
            answer.Element("NextToken")?.Value);
    }

    public async Task<DescribeLifecycleHooksResponse> DescribeLifecycleHooksAsync(DescribeLifecycleHooksRequest request, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync("DescribeLifecycleHooks", [new("AutoScalingGroupName", request.AutoScalingGroupName)], cancellationToken);
        return new(
            [.. answer.Listed("LifecycleHooks").Select(one => new LifecycleHookDescription(
                one.Text("LifecycleHookName"), one.Text("LifecycleTransition"), one.Number("HeartbeatTimeout"), one.Number("GlobalTimeout"), one.Text("DefaultResult")))]);
    }

    public async Task<DescribeAutoScalingGroupsResponse> DescribeAutoScalingGroupsAsync(DescribeAutoScalingGroupsRequest request, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync(
            "DescribeAutoScalingGroups",
            [.. Members("AutoScalingGroupNames", request.AutoScalingGroupNames), new("NextToken", request.NextToken), new("MaxRecords", "100")],
            cancellationToken);
        return new([.. answer.Listed("AutoScalingGroups").Select(Group)], answer.Element("NextToken")?.Value);
    }

    public async Task<DescribeWarmPoolResponse> DescribeWarmPoolAsync(DescribeWarmPoolRequest request, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync(
            "DescribeWarmPool", [new("AutoScalingGroupName", request.AutoScalingGroupName), new("NextToken", request.NextToken), new("MaxRecords", "50")], cancellationToken);
        return new(Instances(answer, request.AutoScalingGroupName), answer.Element("NextToken")?.Value);
    }

    private static GroupDescription Group(XElement group) => new(
        group.Text("AutoScalingGroupName"),
        group.Element("CapacityRebalance")?.Value is "true",
        group.Element("WarmPoolConfiguration") is not null,
        Instances(group, group.Text("AutoScalingGroupName")),
        group.Listed("Tags").Select(tag => KeyValuePair.Create(tag.Text("Key"), tag.Element("Value")?.Value ?? "")).DistinctBy(tag => tag.Key).ToDictionary(),
        group.Listed("Tags").Where(tag => tag.Element("PropagateAtLaunch")?.Value is "false").Select(tag => tag.Text("Key")).ToHashSet());

    // Within their group's description the instances do not name it.
    private static IReadOnlyList<AutoScalingInstanceDetails> Instances(XElement parent, string group) =>
        [.. parent.Listed("Instances").Select(one => new AutoScalingInstanceDetails(one.Text("InstanceId"), group, one.Text("LifecycleState")))];

    private static IEnumerable<KeyValuePair<string, string?>> Members(string list, IReadOnlyList<string> values) =>
        values.Select((value, index) => KeyValuePair.Create<string, string?>(string.Create(CultureInfo.InvariantCulture, $"{list}.member.{index + 1}"), value));

    /// <returns>The element <c>ActionResult</c>.</returns>
    private async Task<XElement> QueryAsync(string action, IReadOnlyList<KeyValuePair<string, string?>> parameters, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<QueryResponse>(new QueryRequest("Amazon.AutoScaling", action, Version, parameters), QueryAnswer.Instance, cancellationToken);
        return answer.Root.Element($"{action}Result") ?? answer.Root;
    }
}
