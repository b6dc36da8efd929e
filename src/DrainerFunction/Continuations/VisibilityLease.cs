using DrainerFunction.Aws;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Continuations;

/// <summary>
/// The hold on the messages of a batch. It is short, so that another invocation has them within seconds when this one dies,
/// and extended while this one lives; its last extension reaches beyond Lambda's deadline.
/// </summary>
internal sealed partial class VisibilityLease(
    IReadOnlyList<SqsRecord> records, DateTimeOffset lambdaDeadline, IQueues queues, RecentRefusals refusals, TimeProvider time, ILogger<VisibilityLease> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BeyondDeadline = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, CancellationTokenSource> _lost = records.Select(record => record.MessageId).Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => new CancellationTokenSource());
    private Task _extending = Task.CompletedTask;
    private TimeSpan _next = Interval;
    private int _refused;
    private DateTimeOffset _heldUntil = DateTimeOffset.MaxValue;

    /// <summary>Makes the hold short at once, then keeps extending it until it is disposed.</summary>
    public async Task TakeAsync()
    {
        await TryExtendAsync();
        _extending = ExtendAsync();
    }

    /// <summary>Cancelled once the message is no longer held: another invocation has it, or will have it soon.</summary>
    public CancellationToken LossOf(string messageId) => _lost.TryGetValue(messageId, out var lost) ? lost.Token : CancellationToken.None;

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _extending;
        _stop.Dispose();
        foreach (var lost in _lost.Values)
        {
            lost.Dispose();
        }
    }

    private async Task ExtendAsync()
    {
        try
        {
            while (_lost.Values.Any(lost => !lost.IsCancellationRequested))
            {
                await Task.Delay(_next, time, _stop.Token);
                await TryExtendAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: the batch has been answered.
            return;
        }
    }

    private async Task TryExtendAsync()
    {
        var now = time.GetUtcNow();
        var left = lambdaDeadline + BeyondDeadline - now;
        var visibility = left < Length ? left : Length;
        try
        {
            foreach (var ofQueue in records.Where(record => !_lost[record.MessageId].IsCancellationRequested).GroupBy(record => record.EventSourceArn))
            {
                var gone = await queues.ChangeVisibilityAsync(
                    queues.UrlOf(ofQueue.Key), [.. ofQueue.Select(record => record.ReceiptHandle)], visibility, _stop.Token);
                Lose(ofQueue.GroupBy(record => record.MessageId).Where(message => message.All(record => gone.Contains(record.ReceiptHandle))).Select(message => message.Key));
            }

            (_heldUntil, _next, _refused) = (now + visibility, Interval, 0);
        }
        catch (AwsCallException refused)
        {
            _next = RetryPolicy.Of(AwsCallKind.Lease, refused.Refusal).After(++_refused);
            if (refusals.IsNew("lease", $"{refused.Operation} {refused.Code}"))
            {
                LogNotExtended(records.Count, refused.Message, _next);
            }

            if (time.GetUtcNow() >= _heldUntil)
            {
                Lose(_lost.Keys);
            }
        }
    }

    private void Lose(IEnumerable<string> gone)
    {
        foreach (var messageId in gone)
        {
            LogLost(messageId);
            _lost[messageId].Cancel();
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "Could not extend the visibility timeout (messages: {Count}): {Why}. Retrying in {Delay}")]
    private partial void LogNotExtended(int count, string why, TimeSpan delay);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning, Message = "Lost the visibility timeout of message {MessageId}; its next receiver continues")]
    private partial void LogLost(string messageId);
}
