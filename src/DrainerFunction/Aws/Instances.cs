using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws;

/// <summary>
/// Called past AWSSDK.EC2, which reads thousands of constants by reflection at its first call: at a share of a core that costs more than the call.
/// </summary>
internal sealed class Instances(AwsService ec2) : IInstances
{
    // EC2 takes at most 200 values a filter.
    private const int MostIds = 200;
    private const string MostOnAPage = "1000";
    private static readonly string[] EventCodes = ["instance-reboot", "system-reboot", "system-maintenance", "instance-retirement", "instance-stop"];
    private static readonly Ec2Unmarshaller<Instance> Described = new("instancesSet", Read);
    private static readonly Ec2Unmarshaller<IReadOnlyList<ScheduledEvent>> Statuses = new("instanceStatusSet", ReadEvents);
    private static readonly Ec2Unmarshaller<(string InstanceId, string Status)> SpotRequests = new("spotInstanceRequestSet", item => (item.Text("instanceId") ?? "", item.Element("status")?.Text("code") ?? ""));
    private static readonly Ec2Unmarshaller<DateTimeOffset?> ReservationEnds = new("capacityReservationSet", item => item.Time("endDate"));

    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        List<Instance> instances = [];
        foreach (var ids in Chunks(instanceIds))
        {
            instances.AddRange(await ListAsync([("instance-id", ids)], mostOnAPage: null, cancellationToken));
        }

        return instances;
    }

    public Task<IReadOnlyList<Instance>> DescribeReservedAsync(string reservationId, CancellationToken cancellationToken) =>
        ListAsync([("capacity-reservation-id", [reservationId]), ("instance-state-name", ["pending", "running"])], MostOnAPage, cancellationToken);

    public Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken) =>
        ListAsync([("tag-key", tagKeys), ("instance-state-name", ["running"])], MostOnAPage, cancellationToken);

    public async Task<DateTimeOffset?> DescribeReservationEndAsync(string reservationId, CancellationToken cancellationToken)
    {
        try
        {
            return await ec2.Ec2ListAsync("ec2:DescribeCapacityReservations", [new("CapacityReservationId.1", reservationId)], ReservationEnds, cancellationToken) is [var end, ..] ? end : null;
        }
        catch (AwsCallException unknown) when (unknown.Refusal is AwsRefusal.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyDictionary<string, string>> DescribeSpotStatusAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var ids in Chunks(instanceIds))
        {
            foreach (var (instanceId, status) in await ec2.Ec2ListAsync("ec2:DescribeSpotInstanceRequests", Filters([("instance-id", ids)]), SpotRequests, cancellationToken))
            {
                statuses[instanceId] = status;
            }
        }

        return statuses;
    }

    // DescribeInstanceStatus has no instance-id filter, and its instance ids fail as a whole when one is unknown; the few instances with an event are the shorter list.
    public async Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
        return [.. (await DescribeAllScheduledEventsAsync(cancellationToken)).Where(scheduled => wanted.Contains(scheduled.InstanceId))];
    }

    public async Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken) =>
        [.. (await ec2.Ec2ListAsync("ec2:DescribeInstanceStatus", [.. Filters([("event.code", EventCodes)]), new("IncludeAllInstances", "true")], Statuses, cancellationToken)).SelectMany(events => events)];

    private Task<IReadOnlyList<Instance>> ListAsync(IReadOnlyList<(string Name, IReadOnlyList<string> Values)> filters, string? mostOnAPage, CancellationToken cancellationToken) =>
        ec2.Ec2ListAsync("ec2:DescribeInstances", [.. Filters(filters), new("MaxResults", mostOnAPage)], Described, cancellationToken);

    private static IEnumerable<string[]> Chunks(IReadOnlyList<string> instanceIds) => instanceIds.Distinct(StringComparer.Ordinal).Chunk(MostIds);

    // ec2Query numbers the members of a list without the word "member".
    private static QueryParameter[] Filters(IReadOnlyList<(string Name, IReadOnlyList<string> Values)> filters) =>
    [
        .. filters.SelectMany((filter, index) => filter.Values
            .Select((value, place) => new QueryParameter(string.Create(CultureInfo.InvariantCulture, $"Filter.{index + 1}.Value.{place + 1}"), value))
            .Prepend(new(string.Create(CultureInfo.InvariantCulture, $"Filter.{index + 1}.Name"), filter.Name))),
    ];

    private static IReadOnlyList<ScheduledEvent> ReadEvents(XElement status)
    {
        var instanceId = status.RequiredText("instanceId");
        return
        [
            .. status.Items("eventsSet").Select(one => new ScheduledEvent(
                instanceId, one.Text("instanceEventId") ?? "", one.Text("code") ?? "", one.Text("description") ?? "", one.Time("notBefore"), one.Time("notAfter"))),
        ];
    }

    private static Instance Read(XElement instance)
    {
        var lifecycle = instance.Text("instanceLifecycle");
        return new()
        {
            InstanceId = instance.RequiredText("instanceId"),
            Life = Life(instance.Element("instanceState")?.Text("name")),
            PrivateDnsName = instance.Text("privateDnsName"),
            IsSpot = lifecycle is "spot",
            IsInterruptible = lifecycle is "interruptible-capacity-reservation",
            CapacityBlock = lifecycle is "capacity-block" ? instance.Text("capacityReservationId") : null,
            OperatedBy = instance.Element("operator") is { } by && by.IsTrue("managed") ? by.Text("principal") : null,
            LaunchedAt = instance.Time("launchTime"),
            Tags = instance.Items("tagSet").ToDictionary(tag => tag.RequiredText("key"), tag => tag.Text("value") ?? "", StringComparer.Ordinal),
        };
    }

    private static InstanceLife Life(string? name) => name switch
    {
        "pending" => InstanceLife.Pending,
        "running" => InstanceLife.Running,
        "stopping" => InstanceLife.Stopping,
        "stopped" => InstanceLife.Stopped,
        "shutting-down" => InstanceLife.ShuttingDown,
        "terminated" => InstanceLife.Terminated,
        _ => throw new XmlException($"No instance state {name} is known."),
    };
}
