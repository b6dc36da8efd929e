namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// EC2 Capacity Reservation Instance Interruption Warning, under either of its names.
/// <code>
/// { "source": "aws.ec2", "detail-type": "EC2 Capacity Reservation Instance Interruption Warning",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "instance-id": "i-0a1b2c3d4e5f60718", "instance-action": "terminate",
///               "instance-termination-time": "2026-08-27T13:21:03Z" } }
/// </code>
/// </summary>
internal static class CapacityReclaimEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Relevant(new Interruption.CapacityReclaim(header.Detail.Date("instance-termination-time", header.SentAt), ReservationId: null)
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });
}
