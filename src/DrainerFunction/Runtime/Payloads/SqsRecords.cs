using System.Globalization;
using System.Text.Json;

namespace DrainerFunction.Runtime.Payloads;

/// <summary>Reads the records that an SQS event source mapping hands over.</summary>
internal static class SqsRecords
{
    public static InvocationRequest Read(JsonElement records)
    {
        if (records.ValueKind is not JsonValueKind.Array)
        {
            return new InvocationRequest.Unknown("Records is not an array.");
        }

        var batch = new List<SqsRecord>(records.GetArrayLength());
        foreach (var record in records.EnumerateArray())
        {
            if (Record(record) is not { } read)
            {
                // Without these the record can be neither handled nor reported, so the whole batch has to come again.
                return new InvocationRequest.Unknown($"Record {batch.Count} lacks messageId, receiptHandle or body, or did not come from SQS.");
            }

            batch.Add(read);
        }

        return new InvocationRequest.Batch(batch);
    }

    private static SqsRecord? Record(JsonElement record) =>
        JsonText.Of(record, "messageId") is { Length: > 0 } messageId
        && JsonText.Of(record, "receiptHandle") is { } receiptHandle
        && JsonText.Of(record, "body") is { } body
        && JsonText.Of(record, "eventSource") is "aws:sqs"
        && JsonText.Member(record, "attributes") is var system
            ? new()
            {
                MessageId = messageId,
                ReceiptHandle = receiptHandle,
                Body = body,
                EventSourceArn = JsonText.Of(record, "eventSourceARN") is { } arn && AwsIdentifiers.IsQueue(arn) ? arn : "",
                ReceiveCount = Number(system, "ApproximateReceiveCount") is > 0 and <= int.MaxValue and var count ? (int)count : 1,
                SentAt = Number(system, "SentTimestamp") is { } sent ? Instant(sent) : null,
                SenderId = JsonText.Of(system, "SenderId") is { Length: > 0 } sender ? sender : null,
                Attributes = Strings(JsonText.Member(record, "messageAttributes")),
            }
            : null;

    private static Dictionary<string, string> Strings(JsonElement attributes)
    {
        var strings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in attributes.ValueKind is JsonValueKind.Object ? attributes.EnumerateObject() : default)
        {
            if (JsonText.Of(attribute.Value, "stringValue") is { } text)
            {
                strings[attribute.Name] = text;
            }
        }

        return strings;
    }

    private static long? Number(JsonElement parent, string name) =>
        long.TryParse(JsonText.Of(parent, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Instant(long milliseconds) =>
        milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
