namespace DrainerFunction.Interruptions.Decoding;

/// <summary>An Auto Scaling group's lifecycle action, by EventBridge or sent straight to the queue.</summary>
internal static class LifecycleEvent
{
    private const string Test = "autoscaling:TEST_NOTIFICATION";

    public static DecodedMessage Termination(EventHeader header) => TestOf(header.Detail) ?? header.Relevant(new Interruption.Termination(Action(header.Detail))
    {
        InstanceId = header.Detail.InstanceId("EC2InstanceId"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
        EventId = header.EventId,
    });

    public static DecodedMessage Launch(EventHeader header) => TestOf(header.Detail) ?? header.Relevant(new Interruption.Launch(Action(header.Detail))
    {
        InstanceId = header.Detail.InstanceId("EC2InstanceId"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
        EventId = header.EventId,
    });

    /// <summary>Sent once when a hook gets this queue as its target, under either of two field names.</summary>
    public static DecodedMessage? TestOf(EventFields fields) => fields.Text("Event") is Test || fields.Text("LifecycleTransition") is Test
        ? new DecodedMessage.TestNotification(fields.Text("AutoScalingGroupName") is { } group ? UntrustedText.Short(group) : "an unnamed group")
        : null;

    private static LifecycleAction Action(EventFields fields) => new(
        fields.Name("AutoScalingGroupName"),
        fields.Name("LifecycleHookName"),
        fields.Id("LifecycleActionToken"),
        fields.Id("Origin"),
        fields.Id("Destination"));
}
