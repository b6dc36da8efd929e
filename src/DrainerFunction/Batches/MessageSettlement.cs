using DrainerFunction.Continuations;
using DrainerFunction.Handling;
using DrainerFunction.Intake;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>
/// One record's end, once all its instances have a result: acknowledged, sent on, or left to fail. A record is
/// handled when all of its instances are.
/// </summary>
internal sealed partial class MessageSettlement(ContinuationSender sender, TimeProvider time, ILogger<MessageSettlement> logger)
{
    /// <param name="handlings">Of all instances of the batch; only those of the record are waited for.</param>
    /// <returns>The record's id when it fails.</returns>
    public async Task<string?> SettleAsync(
        SqsRecord record, BatchTriage triage, Dictionary<InterruptedInstance, Task<IReadOnlyDictionary<string, MessageResult>>> handlings, BatchContext batch)
    {
        try
        {
            return await SettleRecordAsync(record, triage, handlings, batch);
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
        SqsRecord record, BatchTriage triage, Dictionary<InterruptedInstance, Task<IReadOnlyDictionary<string, MessageResult>>> handlings, BatchContext batch)
    {
        if (triage.Malformed.Any(malformed => malformed.Record == record))
        {
            return record.MessageId;
        }

        var ofRecord = handlings.Where(handling => handling.Key.Received.Any(received => received.Record.MessageId == record.MessageId)).ToList();
        var results = (await Task.WhenAll(ofRecord.Select(handling => handling.Value))).Select(ended => ended[record.MessageId]).ToList();
        if (results.Any(result => result.Fate is MessageFate.Redeliver))
        {
            return record.MessageId;
        }

        foreach (var (result, handled) in results.Zip(ofRecord))
        {
            if (!await GiveBackAsync(record, result, handled.Key, batch))
            {
                return record.MessageId;
            }
        }

        var onward = results.Zip(ofRecord).Where(one => one.First.Fate is MessageFate.SendOn).OrderBy(one => ((MessageFate.SendOn)one.First.Fate).Delay).ToList();
        if (onward is [])
        {
            return null;
        }

        // Of several instances only those go on that are not finished; one of which something is remembered, alone.
        var isApart = results is not [_] && onward.Any(one => one.First.Memory is { Hooks: not [] } or { GoingSince: not null } or { CompleteAt: not null });
        var parts = isApart ? onward.Select(one => new[] { one }) : [[.. onward]];
        return await SendAllAsync(
            parts.Select(part => (
                part.Length == results.Count ? record : record with { Body = MessagePartBodies.OfInstances(record, [.. part.Select(one => one.Second.Key.InstanceId)]) },
                part[0].First.Memory with { Confirmed = [.. part.SelectMany(one => one.First.Memory.Confirmed).Distinct(StringComparer.Ordinal)] },
                (MessageFate.SendOn)part[0].First.Fate)),
            batch)
                ? null
                : record.MessageId;
    }

    private async Task<bool> SendAllAsync(IEnumerable<(SqsRecord Record, Continuation Memory, MessageFate.SendOn On)> messages, BatchContext batch)
    {
        foreach (var (record, memory, on) in messages)
        {
            if (!await SendAsync(record, memory with { Why = on.Why }, on.Delay, batch))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> SendAsync(SqsRecord record, Continuation memory, TimeSpan delay, BatchContext batch)
    {
        var isSent = await sender.SendOnAsync(record, memory, delay, batch.Acknowledging);
        batch.Report.SentOn += isSent ? 1 : 0;
        return isSent;
    }

    private async Task<bool> GiveBackAsync(SqsRecord record, MessageResult result, InterruptedInstance instance, BatchContext batch)
    {
        var received = instance.Received.First(one => one.Record.MessageId == record.MessageId);
        foreach (var hook in result.HooksGivenBack)
        {
            var own = new SyntheticRecords(batch.RequestId, time.GetUtcNow()).Termination(instance.Scope, instance.InstanceId, hook.Group, hook.Hook);
            var memory = received.NextHop(batch.RequestId) with { Chain = result.Memory.Chain, BeatAt = hook.BeatAt, HookTimes = HookTimes.Read(hook.Times, time.GetUtcNow()), Node = received.Node, Why = "the drain that it was left to has ended without one" };
            if (!await SendAsync(record with { Body = own.Body }, memory, TimeSpan.Zero, batch))
            {
                return false;
            }

            LogGivenBack(hook.Hook, hook.Group, instance.InstanceId);
        }

        return true;
    }

    [LoggerMessage(EventId = 205, Level = LogLevel.Information, Message = "Lifecycle hook {Hook} of {Group} was left to a drain of {InstanceId} that is not needed; a message of its own continues")]
    private partial void LogGivenBack(string hook, string group, string instanceId);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "Internal error while completing message {MessageId}; it is received again")]
    private partial void LogNotSettled(string messageId, Exception failure);
}
