namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// EC2 Instance State-change Notification; only the states on the way down are an interruption.
/// <code>
/// { "source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "instance-id": "i-0a1b2c3d4e5f60718", "state": "shutting-down" } }
/// </code>
/// </summary>
internal static class StateChangeEvent
{
    public static DecodedMessage Decode(EventHeader header) => header.Detail.Required("state").ToUpperInvariant() switch
    {
        "STOPPING" => Relevant(header, InstanceState.Stopping),
        "STOPPED" => Relevant(header, InstanceState.Stopped),
        "SHUTTING-DOWN" => Relevant(header, InstanceState.ShuttingDown),
        "TERMINATED" => Relevant(header, InstanceState.Terminated),
        "" => header.Detail.Unless(new DecodedMessage.Ignored("The event has no state")),
        _ => new DecodedMessage.Ignored($"Instance state {UntrustedText.Short(header.Detail.Text("state"))} needs no drain"),
    };

    private static DecodedMessage Relevant(EventHeader header, InstanceState state) => header.Relevant(new Interruption.StateChange(state)
    {
        InstanceId = header.Detail.InstanceId("instance-id"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });
}
