using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>
/// Makes messages of their own out of one that names too many instances, or only the Capacity Block they run in: each part has the
/// original's body with at most fifty instances, and goes the way of every interruption.
/// </summary>
internal sealed partial class MessageSplitter(ContinuationSender sender, CapacityBlockInstances blocks, DrainerOptions options, TimeProvider time, ILogger<MessageSplitter> logger)
{
    // A warning comes forty minutes before a block's end. One whose end is farther has been extended, and is warned of anew.
    private static readonly TimeSpan Imminent = TimeSpan.FromMinutes(60);

    /// <returns>The message's id when it fails.</returns>
    public async Task<string?> SplitAsync(OversizedMessage message, BatchContext batch)
    {
        try
        {
            return message.Block is { } block ? await SplitBlockAsync(message, block, batch) : await SendPartsAsync(message, message.InstanceIds.Chunk(Continuation.MostInstances).Select(ids => MessagePartBodies.OfInstances(message.First.Record, ids)), batch);
        }
#pragma warning disable CA1031 // Whatever it is: what is not proven handled stays.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(message.First.Record.MessageId, failure);
            return message.First.Record.MessageId;
        }
    }

    private async Task<string?> SplitBlockAsync(OversizedMessage message, CapacityBlockWarning block, BatchContext batch)
    {
        var id = message.First.Record.MessageId;
        if (await blocks.FindAsync(block, batch.Spent) is not var (end, instanceIds))
        {
            return await SendAsync(message, message.First.Record.Body, "EC2 could not be asked which instances the Capacity Block has", batch) ? null : id;
        }

        if (end is null || end - time.GetUtcNow() > Imminent || instanceIds is [])
        {
            LogNothing(id, block.ReservationId, end is null ? "EC2 knows no end of it" : instanceIds is [] ? "no instance runs in it" : $"it ends at {end:u}");
            return null;
        }

        return await SendPartsAsync(message, instanceIds.Chunk(Continuation.MostInstances).Select(ids => MessagePartBodies.OfBlock(message.First.Record, end.Value, ids)), batch);
    }

    private async Task<string?> SendPartsAsync(OversizedMessage message, IEnumerable<string> bodies, BatchContext batch)
    {
        var parts = 0;
        foreach (var body in bodies)
        {
            if (!await SendAsync(message, body, "it names more instances than one message may", batch))
            {
                return message.First.Record.MessageId;
            }

            parts++;
        }

        LogSplit(message.First.Record.MessageId, parts);
        return null;
    }

    private async Task<bool> SendAsync(OversizedMessage message, string body, string why, BatchContext batch)
    {
        if (options.DryRun)
        {
            LogWouldSplit(message.First.Record.MessageId, why);
            return true;
        }

        var memory = message.First.NextHop(batch.RequestId) with { Why = why };
        var isSent = await sender.SendOnAsync(message.First.Record with { Body = body }, memory, TimeSpan.Zero, batch.Acknowledging);
        batch.Report.SentOn += isSent ? 1 : 0;
        return isSent;
    }

    [LoggerMessage(EventId = 230, Level = LogLevel.Information, Message = "Split message {MessageId} into {Parts} messages of at most 50 instances each")]
    private partial void LogSplit(string messageId, int parts);

    [LoggerMessage(EventId = 231, Level = LogLevel.Information, Message = "Dry run: message {MessageId} would be split and is deleted instead: {Why}")]
    private partial void LogWouldSplit(string messageId, string why);

    [LoggerMessage(EventId = 232, Level = LogLevel.Information, Message = "Ignored message {MessageId} about Capacity Block {ReservationId}: {Why}. It is deleted from the queue")]
    private partial void LogNothing(string messageId, string reservationId, string why);

    [LoggerMessage(EventId = 234, Level = LogLevel.Error, Message = "Internal error while splitting message {MessageId}; it is received again")]
    private partial void LogFailed(string messageId, Exception failure);
}
