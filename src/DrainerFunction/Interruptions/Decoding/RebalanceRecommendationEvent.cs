namespace DrainerFunction.Interruptions.Decoding;

/// <summary>EC2 Instance Rebalance Recommendation.</summary>
internal static class RebalanceRecommendationEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Relevant(new Interruption.RebalanceRecommendation
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
        EventId = header.EventId,
    });
}
