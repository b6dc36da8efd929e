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
        "SubscriptionConfirmation" => "It asks to confirm an SNS subscription, which SQS subscriptions of the same account do not need.",
        "UnsubscribeConfirmation" => "It confirms the end of an SNS subscription.",
        _ => null,
    };
}
