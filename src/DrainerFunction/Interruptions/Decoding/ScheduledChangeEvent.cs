using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// AWS Health Event about EC2, category scheduledChange: one interruption for every instance that it names. Times are RFC 1123 or ISO 8601.
/// <code>
/// { "source": "aws.health", "detail-type": "AWS Health Event",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "service": "EC2", "eventTypeCategory": "scheduledChange", "statusCode": "upcoming",
///               "eventArn": "arn:aws:health:eu-west-1::event/EC2/AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED/7c1e0d9a",
///               "eventTypeCode": "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED",
///               "startTime": "Thu, 10 Sep 2026 09:00:00 GMT", "endTime": "Thu, 10 Sep 2026 11:00:00 GMT",
///               "affectedAccount": "123456789012", "eventRegion": "eu-west-1",
///               "affectedEntities": [{ "entityValue": "i-0a1b2c3d4e5f60718", "status": "PENDING" }] } }
/// </code>
/// </summary>
internal static class ScheduledChangeEvent
{
    public static DecodedMessage Decode(EventHeader header)
    {
        var detail = header.Detail;
        return (detail.Required("service"), detail.Required("eventTypeCategory")) switch
        {
            ("", _) or (_, "") => detail.Unless(new DecodedMessage.Ignored("The event has no service or category")),
            ("EC2", "scheduledChange") => Scheduled(header),
            var (service, category) => new DecodedMessage.Ignored($"Unsupported Health event of category {UntrustedText.Short(category)} for service {UntrustedText.Short(service)}"),
        };
    }

    private static DecodedMessage Scheduled(EventHeader header)
    {
        var entities = header.Detail.List("affectedEntities").Where(entity => entity.Text("entityValue") is not null).ToList();
        var instances = entities.Where(entity => AwsIdentifiers.InstanceIdIn(entity.Required("entityValue")) is not null).ToList();
        if (instances is [] && entities.Any(entity => IsMeantAsInstance(entity.Required("entityValue"))))
        {
            header.Detail.Refuse("affectedEntities", "contains an invalid instance id");
        }
        else if (instances is [])
        {
            return new DecodedMessage.Ignored("The Health event names no instance");
        }

        // Once for all entities: a hostile event may have many of them and of other members.
        var notice = Notice(header);
        header = header with { Account = Account(header), Region = Region(header) };
        return header.Detail.Unless(new DecodedMessage.Relevant(
            [.. instances.Select(entity => Change(header, notice, entity)).DistinctBy(change => change.InstanceId)]));
    }

    // Health also names hosts, volumes and accounts.
    private static bool IsMeantAsInstance(string text) => text.StartsWith("i-", StringComparison.Ordinal) || text.Contains(":instance/", StringComparison.Ordinal);

    private static ScheduledChangeNotice Notice(EventHeader header)
    {
        var status = Status(header.Detail);
        return new()
        {
            EventArn = header.Detail.Required("eventArn"),
            EventTypeCode = header.Detail.Required("eventTypeCode"),

            // What is over needs no beginning.
            StartTime = status is ScheduledChangeStatus.Closed ? header.Detail.Date("startTime", header.SentAt) ?? header.At : header.Detail.RequiredDate("startTime", header.SentAt),
            EndTime = header.Detail.Date("endTime", header.SentAt),
            Status = status,
            LastUpdatedAt = header.Detail.Date("lastUpdatedTime", header.SentAt),
        };
    }

    private static ScheduledChangeStatus Status(EventFields detail)
    {
        switch (detail.Text("statusCode")?.ToUpperInvariant())
        {
            // Events of before 2023 have no status.
            case null or "UPCOMING":
                return ScheduledChangeStatus.Upcoming;
            case "OPEN":
                return ScheduledChangeStatus.Open;
            case "CLOSED" or "CANCELED" or "CANCELLED":
                return ScheduledChangeStatus.Closed;
            default:
                detail.Refuse("statusCode", $"is not one of upcoming, open, closed: '{UntrustedText.Short(detail.Text("statusCode"))}'");
                return ScheduledChangeStatus.Upcoming;
        }
    }

    // Account and region are those of the instances: the envelope's are where the event was delivered, which for an
    // organization's events and for backups of other regions is elsewhere. Only events of before 2023 leave them out.
    private static string Account(EventHeader header) => header.Detail.Text("affectedAccount") is null ? header.Account : header.Detail.Account("affectedAccount");

    private static string Region(EventHeader header) => header.Detail.Text("eventRegion") is null ? header.Region : header.Detail.Region("eventRegion");

    private static Interruption.ScheduledChange Change(EventHeader header, ScheduledChangeNotice notice, EventFields entity) =>
        new Interruption.ScheduledChange(IsResolved(entity) ? notice with { Status = ScheduledChangeStatus.Closed } : notice)
        {
            InstanceId = entity.InstanceId("entityValue"),
            Account = header.Account,
            Region = header.Region,
            At = header.At,
        };

    private static bool IsResolved(EventFields entity) =>
        string.Equals(entity.Text("status") ?? entity.Text("statusCode"), "RESOLVED", StringComparison.OrdinalIgnoreCase);
}
