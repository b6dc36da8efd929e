using DrainerFunction.Aws;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;
using AwsRegion = DrainerFunction.Aws.AwsRegion;
using Instance = DrainerFunction.Aws.Instance;
using LifecycleHook = DrainerFunction.Aws.LifecycleHook;
using ScheduledEvent = DrainerFunction.Aws.ScheduledEvent;

namespace DrainerFunction.Rig;

/// <summary>The function's AWS ports over the world's model.</summary>
internal sealed class WorldAws(Stage stage, WorldCalls calls, TimeProvider loopTime) : IAwsClients
{
    private readonly Dictionary<AwsScope, AwsRegion> _regions = [];

    public long CallsThrottled => calls.Throttled;

    public AwsRegion In(AwsScope scope)
    {
        if (!_regions.TryGetValue(scope, out var region))
        {
            var there = stage.World.Aws.Region(scope.Account, scope.Region);
            region = new(new WorldInstances(there, calls), new WorldAutoScaling(there, calls), new WorldClusters(there, calls), new WorldTokens(loopTime), new WorldEventSources(stage, calls), new WorldEventRules(there, calls), new WorldAlarms(there, calls));
            _regions.Add(scope, region);
        }

        return region;
    }
}

internal sealed class WorldInstances(Sandbox.World.Aws.AwsRegion region, WorldCalls calls) : IInstances
{
    public Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<Instance>>(
            region, "ec2", "DescribeInstances", () => [.. region.Ec2.DescribeInstances(filters: [new("instance-id", instanceIds)]).Items.Select(Of)], cancellationToken);

    public Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<Instance>>(
            region, "ec2", "DescribeInstances", () => [.. region.Ec2.DescribeInstances(filters: [new("tag-key", tagKeys), new("instance-state-name", "running")]).Items.Select(Of)], cancellationToken);

    public Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<ScheduledEvent>>(region, "ec2", "DescribeInstanceStatus", () => [.. Events().Where(one => instanceIds.Contains(one.InstanceId))], cancellationToken);

    public Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<ScheduledEvent>>(region, "ec2", "DescribeInstanceStatus", () => [.. Events()], cancellationToken);

    public Task<IReadOnlyList<Instance>> DescribeReservedAsync(string reservationId, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<Instance>>(
            region,
            "ec2",
            "DescribeInstances",
            () => [.. region.Ec2.DescribeInstances(filters: [new("capacity-reservation-id", reservationId), new("instance-state-name", "pending", "running")]).Items.Select(Of)],
            cancellationToken);

    public async Task<DateTimeOffset?> DescribeReservationEndAsync(string reservationId, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.AskAsync<DateTimeOffset?>(
            region, "ec2", "DescribeCapacityReservations", () => region.Ec2.Interruptions.DescribeCapacityBlocks([reservationId], []).Single().End, cancellationToken);
        }
        catch (AwsCallException unknown) when (unknown.Code.EndsWith(".NotFound", StringComparison.Ordinal))
        {
            return null;
        }
    }

    public Task<IReadOnlyDictionary<string, string>> DescribeSpotStatusAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyDictionary<string, string>>(
            region,
            "ec2",
            "DescribeSpotInstanceRequests",
            () => region.Ec2.DescribeSpotInstanceRequests(filters: [new("instance-id", instanceIds)]).Items.ToDictionary(one => one.InstanceId, one => one.SpotStatus!.Code),
            cancellationToken);

    private IEnumerable<ScheduledEvent> Events() =>
        from instance in region.Ec2.DescribeInstanceStatus(includeAllInstances: true).Items
        from one in instance.Events
        select new ScheduledEvent(instance.InstanceId, one.EventId, one.Code, one.Description, one.NotBefore, one.NotAfter);

    private static Instance Of(Sandbox.World.Aws.Instance instance) => new()
    {
        InstanceId = instance.InstanceId,
        Life = Enum.Parse<InstanceLife>(instance.State.ToString()),
        PrivateDnsName = instance.DescribedDnsName,
        IsSpot = instance.IsSpot,
        IsInterruptible = instance.Lifecycle is "interruptible-capacity-reservation",
        CapacityBlock = instance.Lifecycle is "capacity-block" ? instance.CapacityReservationId : null,
        OperatedBy = instance.Operator,
        LaunchedAt = instance.LaunchTime,
        Tags = instance.Tags,
    };
}

internal sealed class WorldAutoScaling(Sandbox.World.Aws.AwsRegion region, WorldCalls calls) : IAutoScaling
{
    private const string NoAction = "No active Lifecycle Action";

    public Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken) => ActAsync(
        "CompleteLifecycleAction",
        hooked,
        hooked => region.AutoScaling.CompleteLifecycleAction(hooked.AutoScalingGroupName, hooked.HookName, result is LifecycleResult.Continue ? "CONTINUE" : "ABANDON", hooked.InstanceId, hooked.Token),
        cancellationToken);

    public Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken) => ActAsync(
        "RecordLifecycleActionHeartbeat",
        hooked,
        hooked => region.AutoScaling.RecordLifecycleActionHeartbeat(hooked.AutoScalingGroupName, hooked.HookName, hooked.InstanceId, hooked.Token),
        cancellationToken);

    public Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<GroupInstance>>(
            region, "autoscaling", "DescribeAutoScalingInstances", () => [.. region.AutoScaling.DescribeAutoScalingInstances(instanceIds).Items.Select(Of)], cancellationToken);

    public Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<LifecycleHook>>(
            region,
            "autoscaling",
            "DescribeLifecycleHooks",
            () => [.. region.AutoScaling.DescribeLifecycleHooks(autoScalingGroupName).Select(hook => new LifecycleHook(hook.Name, hook.Transition, hook.HeartbeatTimeout, hook.GlobalTimeout, hook.DefaultResult))],
            cancellationToken);

    public Task<Aws.AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
        calls.AskAsync(
            region, "autoscaling", "DescribeAutoScalingGroups", () => region.AutoScaling.DescribeAutoScalingGroups([autoScalingGroupName]).Items.Select(Of).FirstOrDefault(), cancellationToken);

    public Task<IReadOnlyList<Aws.AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<Aws.AutoScalingGroup>>(
            region, "autoscaling", "DescribeAutoScalingGroups", () => [.. region.AutoScaling.DescribeAutoScalingGroups().Items.Select(Of)], cancellationToken);

    public Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyList<GroupInstance>>(
            region, "autoscaling", "DescribeWarmPool", () => [.. region.AutoScaling.DescribeWarmPool(autoScalingGroupName).Instances.Items.Select(Of)], cancellationToken);

    // As the real adapter: a token that is not active is followed by the instance id.
    private async Task<bool> ActAsync(string operation, LifecycleActionRef hooked, Action<LifecycleActionRef> act, CancellationToken cancellationToken) =>
        await IfActiveAsync(operation, () => act(hooked), cancellationToken)
        || (hooked.Token is not null && await IfActiveAsync(operation, () => act(hooked with { Token = null }), cancellationToken));

    private async Task<bool> IfActiveAsync(string operation, Action call, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.AskAsync(region, "autoscaling", operation, () => { call(); return true; }, cancellationToken);
        }
        catch (AwsCallException refused) when (refused.Refusal is AwsRefusal.Invalid && refused.Message.Contains(NoAction, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    private Aws.AutoScalingGroup Of(Sandbox.World.Aws.AutoScalingGroup group) =>
        new(group.Name, group.CapacityRebalance, group.WarmPool is not null, [.. region.AutoScaling.Instances(group.Name).Select(Of)], group.Tags)
        {
            TagsKept = group.TagsThatStay,
        };

    private static GroupInstance Of(GroupMember member) => new(member.InstanceId, member.GroupName, member.State);
}

internal sealed class WorldClusters(Sandbox.World.Aws.AwsRegion region, WorldCalls calls) : IEksClusters
{
    public async Task<Aws.EksCluster?> DescribeAsync(string clusterName, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.AskAsync(region, "eks", "DescribeCluster", () => Of(region.Eks.DescribeCluster(clusterName)), cancellationToken);
        }
        catch (AwsCallException refused) when (refused.Refusal is AwsRefusal.NotFound)
        {
            return null;
        }
    }

    private static Aws.EksCluster Of(Sandbox.World.Aws.EksCluster cluster) => new(cluster.Endpoint, cluster.CertificateAuthority);
}

internal sealed class WorldEventSources(Stage stage, WorldCalls calls) : IEventSources
{
    public Task<IReadOnlyList<EventSource>> ListAsync(string functionName, CancellationToken cancellationToken) => calls.AskAsync<IReadOnlyList<EventSource>>(
        stage.Home,
        "lambda",
        "ListEventSourceMappings",
        () => [.. stage.Function!.Mappings.Select(mapping => new EventSource(mapping.QueueArn, mapping.IsEnabled, mapping.Settings.ReportsBatchItemFailures))],
        cancellationToken);
}

internal sealed class WorldEventRules(Sandbox.World.Aws.AwsRegion region, WorldCalls calls) : IEventRules
{
    public Task<IReadOnlyList<Aws.EventRule>> ListAsync(string targetArn, CancellationToken cancellationToken) => calls.AskAsync<IReadOnlyList<Aws.EventRule>>(
        region,
        "events",
        "ListRuleNamesByTarget",
        () => [.. region.Events.ListRuleNamesByTarget(targetArn).Select(region.Events.Rule).Select(rule => new Aws.EventRule(rule.Name, rule.Enabled, rule.Pattern.ToString()))],
        cancellationToken);
}

internal sealed class WorldAlarms(Sandbox.World.Aws.AwsRegion region, WorldCalls calls) : IAlarms
{
    public Task<IReadOnlyList<Alarm>> ListAsync(WatchedMetric metric, CancellationToken cancellationToken) => calls.AskAsync<IReadOnlyList<Alarm>>(
        region,
        "monitoring",
        "DescribeAlarmsForMetric",
        () => [.. region.CloudWatch.DescribeAlarmsForMetric(metric.Namespace, metric.Name, new Dictionary<string, string> { [metric.Dimension] = metric.Value }).Select(alarm => new Alarm(alarm.Name, alarm.AlarmActions is not []))],
        cancellationToken);
}

/// <summary>In process nobody checks a signature; who asks is said instead.</summary>
internal sealed class WorldTokens(TimeProvider time) : IClusterTokens
{
    public Task<Aws.ClusterToken> PresignAsync(string clusterName, CancellationToken cancellationToken) =>
        Task.FromResult(new Aws.ClusterToken("in-process", time.GetUtcNow() + TimeSpan.FromMinutes(10)));
}

internal sealed class WorldQueues(Sandbox.World.Aws.AwsRegion region, WorldCalls calls, Func<string?> trace, SqsSender sender) : IQueues
{
    // As the real adapter: no request is sent, and a queue that is not there is found out by the first one.
    public Uri UrlOf(string queueArn) => queueArn.Split(':') is [_, _, "sqs", _, var account, var name] ? new($"https://sqs.invalid/{account}/{name}") : throw new FormatException(queueArn);

    public Task<IReadOnlyList<string>> ChangeVisibilityAsync(
        Uri queue, IReadOnlyList<string> receiptHandles, TimeSpan visibility, CancellationToken cancellationToken) => calls.AskAsync<IReadOnlyList<string>>(
            region,
            "sqs",
            "ChangeMessageVisibilityBatch",
            () => [.. region.Sqs.ChangeVisibilityBatch(queue.AbsoluteUri, [.. receiptHandles.Select(handle => (handle, TimeSpan.FromSeconds(Math.Ceiling(visibility.TotalSeconds))))])
                .Zip(receiptHandles).Where(answer => answer.First is not null).Select(answer => answer.Second)],
            cancellationToken);

    public Task<QueueState> DescribeAsync(Uri queue, CancellationToken cancellationToken) => calls.AskAsync(
        region,
        "sqs",
        "GetQueueAttributes",
        () =>
        {
            var described = region.Sqs.Queue(queue.AbsoluteUri);
            return new QueueState(described.Arn, int.Parse(region.Sqs.GetQueueAttributes(queue.AbsoluteUri)["ApproximateNumberOfMessages"], System.Globalization.CultureInfo.InvariantCulture), described.Redrive?.DeadLetterTargetArn);
        },
        cancellationToken);

    public Task SendAsync(Uri queue, string body, IReadOnlyDictionary<string, string> attributes, TimeSpan delay, CancellationToken cancellationToken) => calls.AskAsync(
        region,
        "sqs",
        "SendMessage",
        () => region.Sqs.Send(
            queue.AbsoluteUri, body, attributes.ToDictionary(one => one.Key, one => new SqsAttribute("String", one.Value)), TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)), traceHeader: trace(), sender: sender),
        cancellationToken);
}
