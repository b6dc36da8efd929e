using System.Buffers;
using System.Text.Json;
using DrainerFunction.Reporting;

namespace DrainerFunction.Batches;

/// <summary>The answer to SQS: the messages that are to be received again, as <c>ReportBatchItemFailures</c> asks for it. One that names none deletes every message of the batch.</summary>
internal static class SqsBatchResponse
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<string> failures)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteObjects("batchItemFailures", failures, messageId => json.WriteString("itemIdentifier", messageId));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
