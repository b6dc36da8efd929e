using System.Globalization;
using System.Xml.Linq;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>Auto Scaling's Query protocol (2011-01-01); element names as in the service's model.</summary>
internal static class AwsAutoScaling
{
    public static IEnumerable<XElement?> Answer(AwsCall call, AwsRegion region)
    {
        var (query, scaling) = (call.Query, region.AutoScaling);
        string GroupName() => query.Required("AutoScalingGroupName");
        switch (call.Operation)
        {
            case "CompleteLifecycleAction":
                scaling.CompleteLifecycleAction(GroupName(), query.Required("LifecycleHookName"), query.Required("LifecycleActionResult"), query["InstanceId"], query["LifecycleActionToken"]);
                return [];
            case "RecordLifecycleActionHeartbeat":
                scaling.RecordLifecycleActionHeartbeat(GroupName(), query.Required("LifecycleHookName"), query["InstanceId"], query["LifecycleActionToken"]);
                return [];
            case "DescribeAutoScalingInstances":
                var instances = scaling.DescribeAutoScalingInstances(query.List("InstanceIds"), query.Number("MaxRecords"), query["NextToken"]);
                return [new XElement("AutoScalingInstances", instances.Items.Select(member => Shown(member, detailed: true))), Next(instances.NextToken)];
            case "DescribeAutoScalingGroups":
                var groups = scaling.DescribeAutoScalingGroups(query.List("AutoScalingGroupNames"), query.Number("MaxRecords"), query["NextToken"]);
                return [new XElement("AutoScalingGroups", groups.Items.Select(group => Shown(group, scaling))), Next(groups.NextToken)];
            case "DescribeLifecycleHooks":
                return [new XElement("LifecycleHooks", scaling.DescribeLifecycleHooks(GroupName(), query.List("LifecycleHookNames")).Select(hook => Shown(GroupName(), hook)))];
            case "DescribeWarmPool":
                var warm = scaling.DescribeWarmPool(GroupName(), query.Number("MaxRecords"), query["NextToken"]);
                return [warm.Pool is null ? null : Shown(warm.Pool), new XElement("Instances", warm.Instances.Items.Select(member => Shown(member))), Next(warm.Instances.NextToken)];
            case "PutLifecycleHook":
                scaling.PutLifecycleHook(GroupName(), Hook(query, scaling.Group(GroupName()).Hooks.GetValueOrDefault(query.Required("LifecycleHookName"))));
                return [];
            case "DeleteLifecycleHook":
                scaling.DeleteLifecycleHook(GroupName(), query.Required("LifecycleHookName"));
                return [];
            case "CreateAutoScalingGroup":
                scaling.CreateAutoScalingGroup(Group(query));
                return [];
            case "UpdateAutoScalingGroup":
                scaling.UpdateAutoScalingGroup(GroupName(), query.Number("MinSize"), query.Number("MaxSize"), query.Number("DesiredCapacity"), query.Flag("CapacityRebalance"));
                return [];
            case "DeleteAutoScalingGroup":
                scaling.DeleteAutoScalingGroup(GroupName(), query.Flag("ForceDelete") ?? false);
                return [];
            case "SetDesiredCapacity":
                scaling.SetDesiredCapacity(GroupName(), query.Number("DesiredCapacity") ?? throw AwsError.Missing("DesiredCapacity"));
                return [];
            case "TerminateInstanceInAutoScalingGroup":
                var ended = scaling.TerminateInstanceInAutoScalingGroup(query.Required("InstanceId"), query.Flag("ShouldDecrementDesiredCapacity") ?? throw AwsError.Missing("ShouldDecrementDesiredCapacity"));
                return [Activity(ended, region)];
            case "EnterStandby":
                return Each(query, id => scaling.EnterStandby(GroupName(), id, query.Flag("ShouldDecrementDesiredCapacity") ?? throw AwsError.Missing("ShouldDecrementDesiredCapacity")));
            case "ExitStandby":
                return Each(query, id => scaling.ExitStandby(GroupName(), id));
            case "DetachInstances":
                return Each(query, id => scaling.DetachInstance(GroupName(), id, query.Flag("ShouldDecrementDesiredCapacity") ?? throw AwsError.Missing("ShouldDecrementDesiredCapacity")));
            case "CreateOrUpdateTags":
                foreach (var tag in query.Groups("Tags"))
                {
                    scaling.CreateOrUpdateTag(tag.Required("ResourceId"), tag.Required("Key"), tag["Value"] ?? "", tag.Flag("PropagateAtLaunch") ?? false);
                }

                return [];
            case "DeleteTags":
                foreach (var tag in query.Groups("Tags"))
                {
                    scaling.DeleteTag(tag.Required("ResourceId"), tag.Required("Key"));
                }

                return [];
            case "PutWarmPool":
                scaling.PutWarmPool(GroupName(), new(query["PoolState"] ?? "Stopped", query.Number("MinSize") ?? 0, query.Number("MaxGroupPreparedCapacity"), query.Flag("InstanceReusePolicy.ReuseOnScaleIn") ?? false));
                return [];
            case "DeleteWarmPool":
                scaling.DeleteWarmPool(GroupName(), query.Flag("ForceDelete") ?? false);
                return [];
            default:
                throw new AwsError("InvalidAction", $"Could not find operation {call.Operation} for version 2011-01-01", 400);
        }
    }

    /// <summary>The activities that they begin are not shown: nobody reads them.</summary>
    private static IEnumerable<XElement?> Each(QueryParameters query, Action<string> what)
    {
        foreach (var id in query.List("InstanceIds"))
        {
            what(id);
        }

        return [new XElement("Activities")];
    }

    private static LifecycleHook Hook(QueryParameters query, LifecycleHook? before) => new(query.Required("LifecycleHookName"), query["LifecycleTransition"] ?? before?.Transition ?? throw AwsError.Missing("LifecycleTransition"))
    {
        HeartbeatTimeout = query.Seconds("HeartbeatTimeout") ?? before?.HeartbeatTimeout ?? TimeSpan.FromHours(1),
        DefaultResult = query["DefaultResult"] ?? before?.DefaultResult ?? "ABANDON",
        NotificationTargetArn = query["NotificationTargetARN"] ?? before?.NotificationTargetArn,
        RoleArn = query["RoleARN"] ?? before?.RoleArn,
        NotificationMetadata = query["NotificationMetadata"] ?? before?.NotificationMetadata,
    };

    private static GroupSpec Group(QueryParameters query)
    {
        var tags = query.Groups("Tags").ToDictionary(tag => tag.Required("Key"), tag => tag["Value"] ?? "");
        return new(query.Required("AutoScalingGroupName"))
        {
            MinSize = query.Number("MinSize") ?? throw AwsError.Missing("MinSize"),
            MaxSize = query.Number("MaxSize") ?? throw AwsError.Missing("MaxSize"),
            DesiredCapacity = query.Number("DesiredCapacity") ?? query.Number("MinSize") ?? 0,
            CapacityRebalance = query.Flag("CapacityRebalance") ?? false,
            RetainOnAbandon = query["InstanceLifecyclePolicy.RetentionTriggers.TerminateHookAbandon"] == "retain",
            Tags = tags,
            TagsThatStay = query.Groups("Tags").Where(tag => tag.Flag("PropagateAtLaunch") == false).Select(tag => tag.Required("Key")).ToHashSet(),
            Hooks = [.. query.Groups("LifecycleHookSpecificationList").Select(hook => Hook(hook, null))],
            Template = new() { ClusterName = ClusterOf(tags) },
        };
    }

    // The user data of a real launch template would name the cluster; here the tags do.
    private static string? ClusterOf(Dictionary<string, string> tags) =>
        tags.GetValueOrDefault("eks:cluster-name") ?? tags.GetValueOrDefault("aws:eks:cluster-name")
        ?? tags.Keys.FirstOrDefault(key => key.StartsWith("kubernetes.io/cluster/", StringComparison.Ordinal))?["kubernetes.io/cluster/".Length..];

    private static XElement Shown(AutoScalingGroup group, AutoScaling scaling) => new("member",
        new XElement("AutoScalingGroupName", group.Name),
        new XElement("AutoScalingGroupARN", group.Arn),
        new XElement("LaunchTemplate", new XElement("LaunchTemplateId", "lt-0123456789abcdef0"), new XElement("LaunchTemplateName", group.Name), new XElement("Version", "1")),
        new XElement("MinSize", group.MinSize),
        new XElement("MaxSize", group.MaxSize),
        new XElement("DesiredCapacity", group.DesiredCapacity),
        new XElement("DefaultCooldown", 300),
        new XElement("AvailabilityZones", scaling.Instances(group.Name).Select(member => member.AvailabilityZone).Distinct().Select(zone => new XElement("member", zone))),
        new XElement("HealthCheckType", "EC2"),
        new XElement("HealthCheckGracePeriod", 300),
        new XElement("Instances", scaling.Instances(group.Name).Select(member => Shown(member))),
        new XElement("CreatedTime", Time(group.CreatedAt)),
        new XElement("SuspendedProcesses", group.SuspendedProcesses.Select(process => new XElement("member", new XElement("ProcessName", process)))),
        group.IsBeingDeleted ? new XElement("Status", "Delete in progress") : null,
        new XElement("Tags", group.Tags.Select(tag => new XElement("member",
            new XElement("ResourceId", group.Name), new XElement("ResourceType", "auto-scaling-group"), new XElement("Key", tag.Key), new XElement("Value", tag.Value), new XElement("PropagateAtLaunch", group.TagsThatStay.Contains(tag.Key) ? "false" : "true")))),
        new XElement("TerminationPolicies", new XElement("member", "Default")),
        new XElement("NewInstancesProtectedFromScaleIn", "false"),
        new XElement("CapacityRebalance", group.CapacityRebalance ? "true" : "false"),
        group.WarmPool is { } pool ? Shown(pool) : null,
        group.WarmPool is null ? null : new XElement("WarmPoolSize", scaling.Instances(group.Name, warm: true).Count),
        group.RetainOnAbandon ? new XElement("InstanceLifecyclePolicy", new XElement("RetentionTriggers", new XElement("TerminateHookAbandon", "retain"))) : null);

    private static XElement Shown(WarmPool pool) => new("WarmPoolConfiguration",
        pool.MaxGroupPreparedCapacity is { } most ? new XElement("MaxGroupPreparedCapacity", most) : null,
        new XElement("MinSize", pool.MinSize),
        new XElement("PoolState", pool.PoolState),
        pool.IsPendingDelete ? new XElement("Status", "PendingDelete") : null,
        new XElement("InstanceReusePolicy", new XElement("ReuseOnScaleIn", pool.ReuseOnScaleIn ? "true" : "false")));

    private static XElement Shown(GroupMember member, bool detailed = false) => new("member",
        new XElement("InstanceId", member.InstanceId),
        new XElement("InstanceType", member.InstanceType),
        detailed ? new XElement("AutoScalingGroupName", member.GroupName) : null,
        new XElement("AvailabilityZone", member.AvailabilityZone),
        new XElement("LifecycleState", member.State),
        new XElement("HealthStatus", detailed ? member.ShoutedHealth : member.HealthStatus),
        new XElement("ProtectedFromScaleIn", member.ProtectedFromScaleIn ? "true" : "false"));

    private static XElement Shown(string groupName, LifecycleHook hook) => new("member",
        new XElement("LifecycleHookName", hook.Name),
        new XElement("AutoScalingGroupName", groupName),
        new XElement("LifecycleTransition", hook.Transition),
        hook.NotificationTargetArn is { } target ? new XElement("NotificationTargetARN", target) : null,
        hook.RoleArn is { } role ? new XElement("RoleARN", role) : null,
        hook.NotificationMetadata is { } metadata ? new XElement("NotificationMetadata", metadata) : null,
        new XElement("HeartbeatTimeout", (int)hook.HeartbeatTimeout.TotalSeconds),
        new XElement("GlobalTimeout", (int)hook.GlobalTimeout.TotalSeconds),
        new XElement("DefaultResult", hook.DefaultResult));

    private static XElement Activity(GroupMember member, AwsRegion region) => new("Activity",
        new XElement("ActivityId", region.Cloud.Identifiers.Guid()),
        new XElement("AutoScalingGroupName", member.GroupName),
        new XElement("Description", $"Terminating EC2 instance: {member.InstanceId}"),
        new XElement("Cause", $"At {Time(region.World.Now)} instance {member.InstanceId} was taken out of service in response to a user request."),
        new XElement("StartTime", Time(region.World.Now)),
        new XElement("StatusCode", member.State.EndsWith(":Wait", StringComparison.Ordinal) ? "MidTerminatingLifecycleAction" : "InProgress"),
        new XElement("Progress", 0));

    private static XElement? Next(string? token) => token is null ? null : new("NextToken", token);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
