using System.Diagnostics;
using Amazon.EC2;
using Amazon.EC2.Model;

namespace DrainerFunction.Aws;

internal sealed class Instances(Lazy<AmazonEC2Client> ec2, AwsCalls calls) : IInstances
{
    // EC2 takes at most 200 values a filter.
    private const int MostIds = 200;

    private static readonly List<string> EventCodes = ["instance-reboot", "system-reboot", "system-maintenance", "instance-retirement", "instance-stop"];

    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        List<Instance> instances = [];
        foreach (var ids in instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            instances.AddRange(await DescribeAsync(new DescribeInstancesRequest { Filters = [new Filter("instance-id", [.. ids])] }, cancellationToken));
        }

        return instances;
    }

    public Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken) => DescribeAsync(
        new DescribeInstancesRequest { Filters = [new Filter("tag-key", [.. tagKeys]), new Filter("instance-state-name", ["running"])], MaxResults = 1000 }, cancellationToken);

    // DescribeInstanceStatus has no instance-id filter, and its instance ids fail as a whole when one is unknown; the few instances with an event are the shorter list.
    public async Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
        return [.. (await DescribeAllScheduledEventsAsync(cancellationToken)).Where(scheduled => wanted.Contains(scheduled.InstanceId))];
    }

    public async Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken)
    {
        List<ScheduledEvent> events = [];
        var request = new DescribeInstanceStatusRequest { IncludeAllInstances = true, Filters = [new Filter("event.code", EventCodes)] };
        do
        {
            var page = await calls.AskAsync("ec2:DescribeInstanceStatus", stop => ec2.Value.DescribeInstanceStatusAsync(request, stop), cancellationToken);
            events.AddRange((page.InstanceStatuses ?? []).SelectMany(Scheduled));
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return events;
    }

    private async Task<IReadOnlyList<Instance>> DescribeAsync(DescribeInstancesRequest request, CancellationToken cancellationToken)
    {
        List<Instance> instances = [];
        do
        {
            var page = await calls.AskAsync("ec2:DescribeInstances", stop => ec2.Value.DescribeInstancesAsync(request, stop), cancellationToken);
            instances.AddRange((page.Reservations ?? []).SelectMany(reservation => reservation.Instances ?? []).Select(Read));
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return instances;
    }

    private static IEnumerable<ScheduledEvent> Scheduled(InstanceStatus status) => (status.Events ?? []).Select(one => new ScheduledEvent(
        status.InstanceId, one.InstanceEventId ?? "", one.Code?.Value ?? "", one.Description ?? "", Utc(one.NotBefore), Utc(one.NotAfter)));

    private static Instance Read(Amazon.EC2.Model.Instance instance) => new()
    {
        InstanceId = instance.InstanceId,
        Life = Life(instance.State?.Name?.Value),
        PrivateDnsName = string.IsNullOrEmpty(instance.PrivateDnsName) ? null : instance.PrivateDnsName,
        IsSpot = instance.InstanceLifecycle == InstanceLifecycleType.Spot,
        OperatedBy = instance.Operator is { Managed: true } by ? by.Principal : null,
        LaunchedAt = Utc(instance.LaunchTime),
        Tags = (instance.Tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value ?? "", StringComparer.Ordinal),
    };

    private static InstanceLife Life(string? name) => name switch
    {
        "pending" => InstanceLife.Pending,
        "running" => InstanceLife.Running,
        "stopping" => InstanceLife.Stopping,
        "stopped" => InstanceLife.Stopped,
        "shutting-down" => InstanceLife.ShuttingDown,
        "terminated" => InstanceLife.Terminated,
        _ => throw new UnreachableException($"EC2 knows no instance state {name}."),
    };

    private static DateTimeOffset? Utc(DateTime? time) => time is { } given ? new DateTimeOffset(given.ToUniversalTime()) : null;
}
