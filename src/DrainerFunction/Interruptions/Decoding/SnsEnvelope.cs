using System.Text;
using System.Text.Json;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// What SNS puts around a message, unless the subscription asks for raw delivery.
/// <code>
/// { "Type": "Notification", "MessageId": "e8572905-b2cc-5a73-8837-f5251d9993bd",
///   "TopicArn": "arn:aws:sns:eu-west-1:123456789012:interruptions", "Timestamp": "2026-08-27T13:19:04.002Z",
///   "Message": "{\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance Rebalance Recommendation\",\"account\":\"123456789012\",\"region\":\"eu-west-1\",\"time\":\"2026-08-27T13:19:03Z\",\"detail\":{\"instance-id\":\"i-0a1b2c3d4e5f60718\"}}" }
/// </code>
/// </summary>
internal static class SnsEnvelope
{
    public static bool Wraps(EventFields root) =>
        root.Text("Type") is "Notification" && root.Text("detail-type") is null && root.Text("LifecycleTransition") is null;

    public static JsonDocument? Message(EventFields envelope)
    {
        try
        {
            return envelope.Text("Message") is { } message ? JsonDocument.Parse(Encoding.UTF8.GetBytes(message)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Messages of SNS itself: worth a line in the log, no interruption.</summary>
    public static string? WhyIgnored(EventFields root) => root.Text("Type") switch
    {
        "SubscriptionConfirmation" => "SNS subscription confirmation; SQS subscriptions of the same account need none",
        "UnsubscribeConfirmation" => "SNS unsubscribe confirmation",
        _ => null,
    };
}
