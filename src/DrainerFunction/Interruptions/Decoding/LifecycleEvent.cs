namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// An Auto Scaling group's lifecycle action. The detail is what the group also sends straight to a queue (<see cref="LifecycleMessage"/>).
/// <code>
/// { "source": "aws.autoscaling", "detail-type": "EC2 Instance-terminate Lifecycle Action",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "EC2InstanceId": "i-0a1b2c3d4e5f60718",
///               "AutoScalingGroupName": "web-workers", "LifecycleHookName": "drain",
///               "LifecycleActionToken": "5d1f2f0c-8c4f-4a53-9f5e-7f1b6a2c9d10",
///               "Origin": "AutoScalingGroup", "Destination": "EC2" } }
/// </code>
/// </summary>
internal static class LifecycleEvent
{
    private const int TokenLength = 36;

    private const string Test = "autoscaling:TEST_NOTIFICATION";

    public static DecodedMessage Termination(EventHeader header) => TestOf(header.Detail) ?? header.Relevant(new Interruption.Termination(Action(header.Detail))
    {
        InstanceId = header.Detail.InstanceId("EC2InstanceId"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });

    public static DecodedMessage Launch(EventHeader header) => TestOf(header.Detail) ?? header.Relevant(new Interruption.Launch(Action(header.Detail))
    {
        InstanceId = header.Detail.InstanceId("EC2InstanceId"),
        Account = header.Account,
        Region = header.Region,
        At = header.At,
    });

    /// <summary>Sent once when a hook gets this queue as its target, under either of two field names.</summary>
    public static DecodedMessage? TestOf(EventFields fields) => fields.Text("Event") is Test || fields.Text("LifecycleTransition") is Test
        ? new DecodedMessage.TestNotification(fields.Text("AutoScalingGroupName") is { } group ? UntrustedText.Short(group) : "an unnamed group")
        : null;

    private static LifecycleAction Action(EventFields fields) => new(
        fields.Name("AutoScalingGroupName"),
        fields.Name("LifecycleHookName"),
        // Auto Scaling refuses a call with a token of another length, and needs none.
        fields.Id("LifecycleActionToken") is { Length: TokenLength } token ? token : null,
        fields.Id("Origin"),
        fields.Id("Destination"));
}
