using DrainerFunction.Intake;
using DrainerFunction.Interruptions.Decoding;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>Says of each message that nothing is done for why, and what becomes of it.</summary>
internal sealed partial class TriageLog(ILogger<TriageLog> logger)
{
    public void Write(BatchTriage triage)
    {
        foreach (var (record, why) in triage.Ignored)
        {
            LogIgnored(record.MessageId, why);
        }

        foreach (var (record, why) in triage.Refused)
        {
            LogRefused(record.MessageId, UntrustedText.Short(record.SenderId), why);
        }

        foreach (var (record, why) in triage.Malformed)
        {
            LogMalformed(record.MessageId, record.ReceiveCount, why);
        }
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Ignored message {MessageId}: {Why}. It is deleted from the queue")]
    private partial void LogIgnored(string messageId, string why);

    [LoggerMessage(EventId = 209, Level = LogLevel.Warning, Message = "Refused message {MessageId} from {Sender}: {Why}. It is acknowledged and nothing is done")]
    private partial void LogRefused(string messageId, string sender, string why);

    [LoggerMessage(EventId = 202, Level = LogLevel.Error, Message = "Malformed message {MessageId} (receive {Receive}): {Why}. It moves to the dead-letter queue after the last receive")]
    private partial void LogMalformed(string messageId, int receive, string why);
}
