using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Batches;

/// <summary>The answer to SQS: the messages that are to be received again, as <c>ReportBatchItemFailures</c> asks for it. One that names none deletes every message of the batch.</summary>
internal static class SqsBatchResponse
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<string> failures) =>
        JsonBody.Of(json => json.WriteObjects("batchItemFailures", failures, messageId => json.WriteString("itemIdentifier", messageId)));
}
