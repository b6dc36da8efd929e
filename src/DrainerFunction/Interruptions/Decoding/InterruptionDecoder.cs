using System.Text;
using System.Text.Json;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What a queue's message says. Takes any text whatever and never throws.</summary>
internal static class InterruptionDecoder
{
    /// <summary>The whole record, for Auto Scaling's own messages name no region: theirs is the queue's.</summary>
    /// <param name="now">When it was received.</param>
    /// <param name="firstSeen">When the first message of its chain was sent, where it remembers that and may be believed: an event grows old while it is sent on.</param>
    public static DecodedMessage Decode(SqsRecord record, DateTimeOffset now, DateTimeOffset? firstSeen = null) =>
        Decode(record.Body, new Arrival(AwsIdentifiers.RegionIn(record.EventSourceArn), SentAt(record, now)) { FirstSentAt = firstSeen });

    // SQS's own time; what claims to be one and cannot be (a payload by hand) is not believed.
    private static DateTimeOffset SentAt(SqsRecord record, DateTimeOffset now) =>
        record.SentAt is { } sentAt && PlausibleInstants.IsEventTime(sentAt, now) ? sentAt : now;

    private static DecodedMessage Decode(string body, Arrival arrival)
    {
        try
        {
            // Lone surrogates become U+FFFD here instead of an exception there; a leading byte order mark is no JSON.
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(body.TrimStart('\uFEFF')));
            var root = EventFields.Of(document.RootElement);
            return root is null
                ? new DecodedMessage.Malformed($"The body is JSON but not an object: {document.RootElement.ValueKind}")
                : SnsEnvelope.Wraps(root) ? Unwrap(root, arrival) : Event(root, arrival);
        }
        catch (JsonException malformed)
        {
            // The exception's own words quote the body, line breaks and all.
            return new DecodedMessage.Malformed($"The body is not JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement's answer to an escape such as \ud800 without its other half.
            return new DecodedMessage.Malformed("The body contains an invalid Unicode escape sequence");
        }
    }

    private static DecodedMessage Unwrap(EventFields envelope, Arrival arrival)
    {
        using var message = SnsEnvelope.Message(envelope);
        return EventFields.Of(message?.RootElement) switch
        {
            null => new DecodedMessage.Malformed("Message of the SNS envelope is missing or not a JSON object"),

            // One level is what SNS adds. Two are a broken wiring with perhaps a real interruption inside: not to be acknowledged.
            { } inner when SnsEnvelope.Wraps(inner) => new DecodedMessage.Malformed("Message of the SNS envelope is another SNS envelope"),
            { } inner => Event(inner, arrival with { Region = AwsIdentifiers.RegionIn(envelope.Text("TopicArn")) ?? arrival.Region }),
        };
    }

    private static DecodedMessage Event(EventFields root, Arrival arrival) => (root.Text("source"), root.Text("detail-type")) switch
    {
        (null, null) when LifecycleMessage.IsOne(root) => LifecycleMessage.Decode(root, arrival),
        (null, null) when SnsEnvelope.WhyIgnored(root) is { } why => new DecodedMessage.Ignored(why),
        (null, null) when root.Text("Service") is { } service and not LifecycleMessage.Service => new DecodedMessage.Ignored($"It is a message of {UntrustedText.Short(service)}"),

        // In a queue that only the function's rules fill this is a broken wiring (an input path, a transformer, another mapping's payload), perhaps around a real interruption.
        (null, null) => new DecodedMessage.Malformed($"The body is no event: it has no source, detail-type or lifecycle transition. Its members: {root.Members}"),
        (null, { } type) when EventDecoders.Named(type) is not null => new DecodedMessage.Malformed($"source is missing in an event of type '{type}'"),
        ({ } source, null) when EventDecoders.IsOurs(source) => new DecodedMessage.Malformed($"detail-type is missing in an event from {source}"),
        ({ } source, { } type) when EventDecoders.Named(type) is { } form && form.Source == source => form.Decode(EventHeader.Read(root, arrival)),
        var (source, type) => new DecodedMessage.Ignored($"Unsupported event '{UntrustedText.Short(type)}' from {UntrustedText.Short(source)}"),
    };
}

/// <summary>What is known of a message besides its body.</summary>
/// <param name="Region">The queue's or the topic's; Auto Scaling sends only within its own region.</param>
/// <param name="SentAt">When SQS took it, or when it was read where that is not known.</param>
internal sealed record Arrival(string? Region, DateTimeOffset SentAt)
{
    /// <summary>When SQS took the message that it is a continuation of; null where it is none.</summary>
    public DateTimeOffset? FirstSentAt { get; init; }

    /// <summary>Whether something can have happened at that time.</summary>
    public bool Allows(DateTimeOffset at) => PlausibleInstants.IsEventTime(at, SentAt) || (FirstSentAt is { } first && at <= SentAt && PlausibleInstants.IsEventTime(at, first));
}
