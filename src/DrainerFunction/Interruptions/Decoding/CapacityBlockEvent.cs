using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// The end of a Capacity Block, told forty minutes before. The event names the reservation, no instance; the function's own parts of
/// such a message name up to fifty of its instances as well.
/// <code>
/// { "source": "aws.ec2", "detail-type": "Capacity Block Expiration Warning",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:20:00Z",
///   "resources": ["arn:aws:ec2:eu-west-1:123456789012:capacity-reservation/cr-0a1b2c3d4e5f60718"],
///   "detail": { "capacity-reservation-id": "cr-0a1b2c3d4e5f60718",
///               "end-date": "2026-08-27T14:00:00Z" } }
/// </code>
/// </summary>
internal static class CapacityBlockEvent
{
    /// <summary>Which instances a part is about; believed of the function's own messages only.</summary>
    public const string InstanceIds = "instance-ids";

    // The warning comes 40 minutes before the end, in case it does not say when that is.
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(40);

    public static DecodedMessage Decode(EventHeader header) => header.Detail.Unless(new DecodedMessage.CapacityBlock(new()
    {
        ReservationId = header.Detail.ReservationId("capacity-reservation-id"),
        EndsAt = header.Detail.Date("end-date", header.SentAt) ?? header.At + Notice,
        InstanceIds = [.. header.Detail.Texts(InstanceIds).Where(AwsIdentifiers.IsInstanceId).Distinct(StringComparer.Ordinal)],
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    }));
}
