using DrainerFunction.Continuations;
using DrainerFunction.Handling;
using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>
/// One record's end, once all its instances have a result: acknowledged, sent on, or left to fail. A record is
/// handled when all of its instances are.
/// </summary>
internal sealed partial class MessageSettlement(ContinuationSender sender, TimeProvider time, ILogger<MessageSettlement> logger)
{
    /// <param name="record">A record of the batch.</param>
    /// <param name="triage">The batch.</param>
    /// <param name="handlings">Of all instances of the batch; only those of the record are waited for.</param>
    /// <param name="work">What the instances share.</param>
    /// <returns>The record's id when it fails.</returns>
    public async Task<string?> SettleAsync(
        SqsRecord record, BatchTriage triage, Dictionary<InterruptedInstance, Task<IReadOnlyDictionary<string, MessageResult>>> handlings, BatchContext work)
    {
        try
        {
            return await SettleRecordAsync(record, triage, handlings, work);
        }
#pragma warning disable CA1031 // Whatever it is: what is not proven handled stays.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogNotSettled(record.MessageId, failure);
            return record.MessageId;
        }
    }

    private async Task<string?> SettleRecordAsync(
        SqsRecord record, BatchTriage triage, Dictionary<InterruptedInstance, Task<IReadOnlyDictionary<string, MessageResult>>> handlings, BatchContext work)
    {
        if (triage.Malformed.Any(malformed => malformed.Record == record))
        {
            return record.MessageId;
        }

        var ofRecord = handlings.Where(handling => handling.Key.Received.Any(received => received.Record.MessageId == record.MessageId)).ToList();
        var results = (await Task.WhenAll(ofRecord.Select(handling => handling.Value))).Select(ended => ended[record.MessageId]).ToList();
        if (results.Select(result => result.Fate).OfType<MessageFate.Redeliver>().Any())
        {
            return record.MessageId;
        }

        // Each instance has its own word; what is remembered of the message is all of them.
        var confirmed = results.SelectMany(result => result.Confirmed).Distinct(StringComparer.Ordinal).ToList();
        foreach (var (result, handled) in results.Zip(ofRecord).Where(one => one.First.HooksGivenBack is not []))
        {
            if (!await GiveBackAsync(record, result, handled.Key, work))
            {
                return record.MessageId;
            }
        }

        if (results is not [_])
        {
            // It cannot say which of its instances these belong to.
            results = [.. results.Select(result => result with { Hooks = [], GoingSince = null })];
        }

        return results.Where(result => result.Fate is MessageFate.SendOn).MinBy(result => ((MessageFate.SendOn)result.Fate).Delay) is { } next
            && !await SendOnAsync(record, next with { Confirmed = confirmed }, ofRecord[0].Key.Received.First(received => received.Record.MessageId == record.MessageId), work)
            ? record.MessageId
            : null;
    }

    private async Task<bool> SendOnAsync(SqsRecord record, MessageResult result, ReceivedInterruption received, BatchContext work)
    {
        var sendOn = (MessageFate.SendOn)result.Fate;
        var memory = new Continuation
        {
            FirstSeen = received.FirstSeen,
            Chain = result.Chain.Hop(received.Attempt + 1, work.RequestId),
            Attempt = received.Attempt + 1,
            CompleteAt = result.CompleteAt,
            BeatAt = result.BeatAt,
            Hooks = result.Hooks,
            GoingSince = result.GoingSince,
            Confirmed = result.Confirmed,
            Node = result.Node,
            Why = sendOn.Why,
        };
        var isSent = await sender.SendOnAsync(record, memory, sendOn.Delay, work.Acknowledging);
        work.Report.SentOn += isSent ? 1 : 0;
        return isSent;
    }

    private async Task<bool> GiveBackAsync(SqsRecord record, MessageResult result, InterruptedInstance instance, BatchContext work)
    {
        var received = instance.Received.First(one => one.Record.MessageId == record.MessageId);
        foreach (var hook in result.HooksGivenBack)
        {
            var own = new SyntheticRecords(work.RequestId, time.GetUtcNow()).Termination(instance.Scope, instance.InstanceId, hook.Group, hook.Hook);
            var memory = new Continuation
            {
                FirstSeen = received.FirstSeen,
                Chain = result.Chain.Hop(received.Attempt + 1, work.RequestId),
                Attempt = received.Attempt + 1,
                BeatAt = hook.BeatAt,
                Node = received.Node,
                Why = "the drain that it was left to has ended without one",
            };
            if (!await sender.SendOnAsync(record with { Body = own.Body }, memory, TimeSpan.Zero, work.Acknowledging))
            {
                return false;
            }

            LogGivenBack(hook.Hook, hook.Group, instance.InstanceId);
            work.Report.SentOn++;
        }

        return true;
    }

    [LoggerMessage(EventId = 205, Level = LogLevel.Information, Message = "Lifecycle hook {Hook} of {Group} was left to a drain of {InstanceId} that is not needed; a message of its own continues")]
    private partial void LogGivenBack(string hook, string group, string instanceId);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "Internal error while completing message {MessageId}; it is received again")]
    private partial void LogNotSettled(string messageId, Exception failure);
}
