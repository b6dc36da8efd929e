namespace DrainerFunction.Interruptions.Decoding;

/// <summary>EC2 Capacity Reservation Instance Interruption Warning, under either of its names.</summary>
internal static class CapacityReclaimEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Relevant(new Interruption.CapacityReclaim(header.Detail.Date("instance-termination-time", header.SentAt), ReservationId: null)
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
        EventId = header.EventId,
    });
}
