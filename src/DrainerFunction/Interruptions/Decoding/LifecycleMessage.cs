namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What an Auto Scaling group itself sends to a queue or topic: no envelope, and no region.</summary>
internal static class LifecycleMessage
{
    /// <summary>The name that Auto Scaling gives itself in a message.</summary>
    public const string Service = "AWS Auto Scaling";

    public static bool IsOne(EventFields root) =>
        root.Text("LifecycleTransition") is not null
        || root.Text("LifecycleHookName") is not null
        || root.Text("Event")?.StartsWith("autoscaling:", StringComparison.Ordinal) is true;

    public static DecodedMessage Decode(EventFields root, Arrival arrival) =>
        LifecycleEvent.TestOf(root) ?? (root.Text("LifecycleTransition"), root.Text("Event")) switch
        {
            ("autoscaling:EC2_INSTANCE_TERMINATING", _) => LifecycleEvent.Termination(Header(root, arrival)),
            ("autoscaling:EC2_INSTANCE_LAUNCHING", _) => LifecycleEvent.Launch(Header(root, arrival)),
            ({ } transition, _) => new DecodedMessage.Ignored($"Unknown lifecycle transition {UntrustedText.Short(transition)}."),
            (null, { } notification) => new DecodedMessage.Ignored($"{UntrustedText.Short(notification)} reports a finished Auto Scaling activity; no lifecycle hook waits."),
            (null, null) => new DecodedMessage.Malformed("LifecycleTransition is missing or empty."),
        };

    private static EventHeader Header(EventFields root, Arrival arrival) => new()
    {
        Detail = root,
        Account = root.Account("AccountId"),
        Region = arrival.Region ?? root.Refuse("region", "is missing, and the region of the queue is unknown"),
        At = root.EventTime("Time", arrival.SentAt),
        SentAt = arrival.SentAt,
        EventId = root.Id("RequestId") ?? arrival.MessageId,
    };
}
