using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Handling;
using DrainerFunction.Intake;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>
/// One batch: decode all, merge per instance, cordon all, drain all, acknowledge all. Every record fails until it is proven
/// handled; a record is handled when all of its instances are.
/// </summary>
internal sealed partial class BatchHandler(
    InterruptionHandler interruptions,
    IAwsClients aws,
    IApiServers apiServers,
    IQueues queues,
    MessageSettlement settlement,
    MessageSplitter splitter,
    Reporter reporter,
    NodeFinder nodes,
    RecentRefusals refusals,
    DrainerOptions options,
    TimeProvider time,
    Random random,
    ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(typeof(BatchHandler).FullName!);
    private bool _isWarm;
    private long _throttledTold;

    public async Task<BatchResult> HandleAsync(IReadOnlyList<SqsRecord> batch, AwsScope own, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        using var spent = budget.Start();
        using var acknowledging = budget.StartAcknowledging();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, cancellationToken);
        var sentBefore = apiServers.RequestsSent;
        // SQS may hand out a message twice, each time under a receipt of its own.
        var records = batch.DistinctBy(record => record.MessageId).ToList();
        var triage = BatchTriage.Of(records, own, options, time.GetUtcNow());
        var context = ContextOf(triage, ReportOn(batch, triage, requestId), budget.End, working.Token, acknowledging.Token);
        new TriageLog(loggers.CreateLogger<TriageLog>()).Write(triage);
        await using var lease = new VisibilityLease(LeasableRecords(batch, triage), budget.LambdaDeadline, queues, refusals, time, loggers.CreateLogger<VisibilityLease>());
        // The first call of all; what follows need not wait for its answer.
        var taking = lease.TakeAsync();
        context.Descriptions.Begin([.. triage.Instances.SelectMany(one => one.Interruptions.Select(interruption => (one.Scope, interruption)))], KnownToWait(triage), working.Token);
        interruptions.Recall(triage.Instances);
        var handlings = triage.Instances.ToDictionary(one => one, one => HandleSafelyAsync(one, context, lease));
        var split = triage.Oversized.ToDictionary(one => one.First.Record.MessageId, one => splitter.SplitAsync(one, context));
        var settled = await Task.WhenAll(records.Select(record => split.TryGetValue(record.MessageId, out var parts) ? parts : settlement.SettleAsync(record, triage, handlings, context)));
        await Task.WhenAll(context.EventFlushes);
        await taking;
        var failures = settled.OfType<string>().ToList();
        context.Report.Failed = failures.Count;
        context.Report.ApiRequests = (int)(apiServers.RequestsSent - sentBefore);
        context.Report.CallsThrottled = ThrottledSinceTold();
        reporter.BatchFinished(context.Report);
        return new(failures, context.Reports, [.. triage.Ignored, .. triage.Refused]);
    }

    private HashSet<string> KnownToWait(BatchTriage triage) =>
        [.. triage.Instances.Where(one => one.Received.All(received => received.Action is null || received.IsKnownToWait(time.GetUtcNow()))).Select(one => one.InstanceId)];

    private BatchReport ReportOn(IReadOnlyList<SqsRecord> batch, BatchTriage triage, string requestId)
    {
        var now = time.GetUtcNow();
        var isColdStart = !_isWarm;
        _isWarm = true;
        return new()
        {
            RequestId = requestId,
            ReceivedAt = now,
            Messages = batch.Count(record => record.ReceiptHandle is not ""),
            QueueAge = batch.Max(record => record.ReceiptHandle is "" ? null : now - record.SentAt),
            IsColdStart = isColdStart,
            Ignored = triage.Ignored.Count,
            Malformed = triage.Malformed.Count,
        };
    }

    // A sweep's and a plan's calls have no line of their own: the next one tells them.
    private int ThrottledSinceTold()
    {
        var throttled = aws.CallsThrottled + apiServers.RequestsThrottled;
        var untold = (int)(throttled - _throttledTold);
        _throttledTold = throttled;
        return untold;
    }

    private BatchContext ContextOf(BatchTriage triage, BatchReport report, DateTimeOffset workEnds, CancellationToken spent, CancellationToken acknowledging) => new(
        new InstanceDescriptions(aws, time),
        nodes,
        new NodeArrivals(apiServers, triage.Instances.Select(one => one.InstanceId).ToHashSet(StringComparer.Ordinal), time, random),
        new CordonBarrier(time),
        report,
        workEnds,
        spent,
        acknowledging)
    {
        IsOfOne = triage.Instances.Count is 1,
    };

    // Records by hand have no receipt, or no queue.
    private static IReadOnlyList<SqsRecord> LeasableRecords(IReadOnlyList<SqsRecord> batch, BatchTriage triage)
    {
        var worked = triage.Instances.SelectMany(one => one.Received).Select(received => received.Record).Concat(triage.Oversized.Select(one => one.First.Record)).Select(record => record.MessageId).ToHashSet(StringComparer.Ordinal);
        return [.. batch.Where(record => record is { ReceiptHandle: not "", EventSourceArn: not "" } && worked.Contains(record.MessageId))];
    }

    // An internal error fails this instance's messages and no other's.
    private async Task<IReadOnlyDictionary<string, MessageResult>> HandleSafelyAsync(InterruptedInstance interrupted, BatchContext context, VisibilityLease lease)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource([.. interrupted.Received.Select(received => lease.LossOf(received.Record.MessageId)).Distinct()]);
        try
        {
            return await interruptions.HandleAsync(interrupted, context, lost.Token);
        }
#pragma warning disable CA1031 // Whatever it is, the messages stay and the other members of the batch go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(interrupted.InstanceId, failure);
            return interrupted.Received.DistinctBy(received => received.Record.MessageId).ToDictionary(
                received => received.Record.MessageId, received => new MessageResult(new MessageFate.Redeliver(), received.NextHop(context.RequestId)));
        }
    }

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, Message = "Internal error while handling {InstanceId}; its messages are received again")]
    private partial void LogFailed(string instanceId, Exception failure);
}
