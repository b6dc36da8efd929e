using DrainerFunction.Aws;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Continuations;

/// <summary>Sends a message on to the function itself: the same body, with what must be remembered in its attributes.</summary>
internal sealed partial class ContinuationSender(IQueues queues, DrainerOptions options, TimeProvider time, ILogger<ContinuationSender> logger)
{
    /// <summary>SQS holds a message back no longer.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    /// <returns>False when it could not be sent: then the original must stay.</returns>
    public async Task<bool> SendOnAsync(SqsRecord record, Continuation memory, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (QueueOf(record) is not { } queue)
        {
            LogNoQueue(record.MessageId, memory.Why);
            return false;
        }

        var (refusals, pause) = (0, TimeSpan.Zero);
        while (true)
        {
            try
            {
                await Task.Delay(pause, time, cancellationToken);
                await queues.SendAsync(queue, record.Body, memory.Write(), Limit(delay), cancellationToken);
                return true;
            }
            catch (AwsCallException refused) when (RetryPolicy.Of(AwsCallKind.Forward, refused.Refusal) is { Place: RetryPlace.Here } policy && !cancellationToken.IsCancellationRequested)
            {
                // It may have been sent after all: then there are two, and they come together again at their next hop.
                pause = policy.After(++refusals);
                if (refusals is 1)
                {
                    LogAgain(record.MessageId, refused.Message, pause);
                }
            }
            catch (AwsCallException refused)
            {
                LogRefused(record.MessageId, refused.Message);
                return false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                LogRefused(record.MessageId, "the invocation ended first");
                return false;
            }
        }
    }

    private Uri? QueueOf(SqsRecord record) => record.EventSourceArn is { Length: > 0 } arn ? queues.UrlOf(arn) : options.QueueUrl;

    private static TimeSpan Limit(TimeSpan delay) =>
        delay < TimeSpan.Zero ? TimeSpan.Zero : delay > LongestDelay ? LongestDelay : delay;

    [LoggerMessage(EventId = 620, Level = LogLevel.Warning, Message = "Could not forward message {MessageId}: {Why}. Retrying in {Delay}")]
    private partial void LogAgain(string messageId, string why, TimeSpan delay);

    [LoggerMessage(EventId = 621, Level = LogLevel.Error, Message = "Could not forward message {MessageId}: {Why}. It is received again when its visibility timeout ends")]
    private partial void LogRefused(string messageId, string why);

    [LoggerMessage(EventId = 622, Level = LogLevel.Warning, Message = "Could not forward unfinished message {MessageId} ({Why}): QUEUE_URL is not set")]
    private partial void LogNoQueue(string messageId, string why);
}
