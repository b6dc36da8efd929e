namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// EC2 Instance Rebalance Recommendation: a hint that a Spot reclaim has become likelier. It names no time.
/// <code>
/// { "source": "aws.ec2", "detail-type": "EC2 Instance Rebalance Recommendation",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "instance-id": "i-0a1b2c3d4e5f60718" } }
/// </code>
/// </summary>
internal static class RebalanceRecommendationEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Relevant(new Interruption.RebalanceRecommendation
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });
}
