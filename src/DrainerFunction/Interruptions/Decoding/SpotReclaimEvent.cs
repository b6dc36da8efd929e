namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// EC2 Spot Instance Interruption Warning: two minutes before the end; a hibernation begins at once.
/// <code>
/// { "source": "aws.ec2", "detail-type": "EC2 Spot Instance Interruption Warning",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "instance-id": "i-0a1b2c3d4e5f60718", "instance-action": "terminate" } }
/// </code>
/// </summary>
internal static class SpotReclaimEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Relevant(new Interruption.SpotReclaim(Action(header.Detail))
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });

    // An action that is missing or new leaves two minutes like the others: draining is right, and waiting for a better message is not.
    private static InstanceAction Action(EventFields detail) => detail.Text("instance-action")?.ToUpperInvariant() switch
    {
        "STOP" => InstanceAction.Stop,
        "HIBERNATE" => InstanceAction.Hibernate,
        _ => InstanceAction.Terminate,
    };
}
