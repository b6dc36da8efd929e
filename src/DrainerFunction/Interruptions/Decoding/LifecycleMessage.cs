namespace DrainerFunction.Interruptions;

/// <summary>What an Auto Scaling group itself sends to a queue or topic: no envelope, and no region.</summary>
internal static class LifecycleMessage
{
    public static bool IsOne(Fields root) =>
        root.Text("LifecycleTransition") is not null
        || root.Text("LifecycleHookName") is not null
        || root.Text("Event")?.StartsWith("autoscaling:", StringComparison.Ordinal) is true;

    public static Decoded Decode(Fields root, Arrival arrival) =>
        LifecycleEvent.TestOf(root) ?? (root.Text("LifecycleTransition"), root.Text("Event")) switch
        {
            ("autoscaling:EC2_INSTANCE_TERMINATING", _) => LifecycleEvent.Termination(Header(root, arrival)),
            ("autoscaling:EC2_INSTANCE_LAUNCHING", _) => LifecycleEvent.Launch(Header(root, arrival)),
            ({ } transition, _) => new Decoded.Ignored($"The lifecycle transition {Shown.Short(transition)} is not known."),
            (null, { } notification) => new Decoded.Ignored($"{Shown.Short(notification)} tells what a group has done; no hook waits."),
            (null, null) => new Decoded.Malformed("LifecycleTransition is missing or empty."),
        };

    private static EventHeader Header(Fields root, Arrival arrival) => new()
    {
        Detail = root,
        Account = root.Account("AccountId"),
        Region = arrival.Region ?? root.Refuse("region", "is not stated and the queue's is not known"),
        At = root.EventTime("Time", arrival.Now),
        EventId = root.Id("RequestId") ?? arrival.MessageId,
    };
}
