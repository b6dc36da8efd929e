namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// What an Auto Scaling group itself sends to a queue or topic: no envelope, and no region.
/// <code>
/// { "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "EC2InstanceId": "i-0a1b2c3d4e5f60718",
///   "AutoScalingGroupName": "web-workers", "LifecycleHookName": "drain",
///   "LifecycleActionToken": "5d1f2f0c-8c4f-4a53-9f5e-7f1b6a2c9d10",
///   "Origin": "AutoScalingGroup", "Destination": "EC2",
///   "AccountId": "123456789012", "RequestId": "2bfeafb0-30d1-550b-8df0-54aa60f4aafb",
///   "Service": "AWS Auto Scaling", "Time": "2026-08-27T13:19:03.187Z" }
/// </code>
/// </summary>
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
            ({ } transition, _) => new DecodedMessage.Ignored($"Unknown lifecycle transition {UntrustedText.Short(transition)}"),
            (null, { } notification) => new DecodedMessage.Ignored($"{UntrustedText.Short(notification)} reports a finished Auto Scaling activity; no lifecycle hook waits"),
            (null, null) => new DecodedMessage.Malformed("LifecycleTransition is missing or empty"),
        };

    private static EventHeader Header(EventFields root, Arrival arrival) => new()
    {
        Detail = root,
        Account = root.Account("AccountId"),
        Region = arrival.Region ?? root.Refuse("region", "is missing, and the region of the queue is unknown"),
        At = root.EventTime("Time", arrival),
        SentAt = arrival.SentAt,
    };
}
