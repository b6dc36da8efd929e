using System.Text;
using System.Text.Json;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What SNS puts around a message, unless the subscription asks for raw delivery.</summary>
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

    /// <summary>SNS's own affairs, which somebody should know about.</summary>
    public static string? WhyIgnored(EventFields root) => root.Text("Type") switch
    {
        "SubscriptionConfirmation" => "SNS subscription confirmation; SQS subscriptions of the same account need none.",
        "UnsubscribeConfirmation" => "SNS unsubscribe confirmation.",
        _ => null,
    };
}
