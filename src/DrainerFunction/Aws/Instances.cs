using System.Diagnostics;
using DrainerFunction.Aws.EC2;

namespace DrainerFunction.Aws;

internal sealed class Instances(Lazy<AmazonEC2Client> ec2, AwsCalls calls) : IInstances
{
    // EC2 takes at most 200 values a filter.
    private const int MostIds = 200;
    private const int MostOnAPage = 1000;

    private static readonly string[] EventCodes = ["instance-reboot", "system-reboot", "system-maintenance", "instance-retirement", "instance-stop"];

    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        List<Instance> instances = [];
        foreach (var ids in instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            instances.AddRange(await DescribePagesAsync(new([new("instance-id", ids)], MaxResults: null, NextToken: null), cancellationToken));
        }

        return instances;
    }

    public Task<IReadOnlyList<Instance>> DescribeReservedAsync(string reservationId, CancellationToken cancellationToken) => DescribePagesAsync(
        new([new("capacity-reservation-id", [reservationId]), new("instance-state-name", ["pending", "running"])], MostOnAPage, NextToken: null), cancellationToken);

    public async Task<DateTimeOffset?> DescribeReservationEndAsync(string reservationId, CancellationToken cancellationToken)
    {
        try
        {
            var page = await calls.AskAsync("ec2:DescribeCapacityReservations", stop => ec2.Value.DescribeCapacityReservationsAsync(new(reservationId), stop), cancellationToken);
            return page.Items.Select(reservation => reservation.EndDate).FirstOrDefault();
        }
        catch (AwsCallException unknown) when (unknown.Refusal is AwsRefusal.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyDictionary<string, string>> DescribeSpotStatusAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var ids in instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            string? next = null;
            do
            {
                var request = new DescribeSpotInstanceRequestsRequest([new("instance-id", ids)], next);
                var page = await calls.AskAsync("ec2:DescribeSpotInstanceRequests", stop => ec2.Value.DescribeSpotInstanceRequestsAsync(request, stop), cancellationToken);
                foreach (var spot in page.Items)
                {
                    statuses[spot.InstanceId ?? ""] = spot.StatusCode ?? "";
                }

                next = page.NextToken;
            }
            while (!string.IsNullOrEmpty(next));
        }

        return statuses;
    }

    public Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken) => DescribePagesAsync(
        new([new("tag-key", tagKeys), new("instance-state-name", ["running"])], MostOnAPage, NextToken: null), cancellationToken);

    // DescribeInstanceStatus has no instance-id filter, and its instance ids fail as a whole when one is unknown; the few instances with an event are the shorter list.
    public async Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
        return [.. (await DescribeAllScheduledEventsAsync(cancellationToken)).Where(scheduled => wanted.Contains(scheduled.InstanceId))];
    }

    public async Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken)
    {
        List<ScheduledEvent> events = [];
        string? next = null;
        do
        {
            var request = new DescribeInstanceStatusRequest(IncludeAllInstances: true, [new("event.code", EventCodes)], next);
            var page = await calls.AskAsync("ec2:DescribeInstanceStatus", stop => ec2.Value.DescribeInstanceStatusAsync(request, stop), cancellationToken);
            events.AddRange(page.Items.SelectMany(Scheduled));
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return events;
    }

    private async Task<IReadOnlyList<Instance>> DescribePagesAsync(DescribeInstancesRequest request, CancellationToken cancellationToken)
    {
        List<Instance> instances = [];
        do
        {
            var page = await calls.AskAsync("ec2:DescribeInstances", stop => ec2.Value.DescribeInstancesAsync(request, stop), cancellationToken);
            instances.AddRange(page.Items.Select(Read));
            request = request with { NextToken = page.NextToken };
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return instances;
    }

    private static IEnumerable<ScheduledEvent> Scheduled(InstanceStatusDetails status) => status.Events.Select(one => new ScheduledEvent(
        status.InstanceId, one.InstanceEventId ?? "", one.Code ?? "", one.Description ?? "", one.NotBefore, one.NotAfter));

    private static Instance Read(InstanceDetails instance) => new()
    {
        InstanceId = instance.InstanceId,
        Life = Life(instance.State),
        PrivateDnsName = instance.PrivateDnsName,
        IsSpot = instance.InstanceLifecycle is "spot",
        IsInterruptible = instance.InstanceLifecycle is "interruptible-capacity-reservation",
        CapacityBlock = instance.InstanceLifecycle is "capacity-block" ? instance.CapacityReservationId : null,
        OperatedBy = instance.ManagedBy,
        LaunchedAt = instance.LaunchTime,
        Tags = instance.Tags,
    };

    private static InstanceLife Life(string? name) => name switch
    {
        "pending" => InstanceLife.Pending,
        "running" => InstanceLife.Running,
        "stopping" => InstanceLife.Stopping,
        "stopped" => InstanceLife.Stopped,
        "shutting-down" => InstanceLife.ShuttingDown,
        "terminated" => InstanceLife.Terminated,
        _ => throw new UnreachableException($"No instance state {name} is known."),
    };
}
