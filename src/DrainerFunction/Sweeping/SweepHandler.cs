using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.Continuations;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Sweeping;

/// <summary>
/// Looks for what was lost: waits that do not end, drains that do not go on, changes that were not announced, cordons
/// that are not lifted. What is to be worked on becomes a message and goes the way of every interruption.
/// </summary>
internal sealed partial class SweepHandler(RegionSweep regions, BatchHandler batches, ContinuationSender sender, DrainerOptions options, TimeProvider time, ILogger<SweepHandler> logger)
{
    // What is found goes on in this invocation, as a batch of the queue would; more than that is given to the queue.
    private const int MostAtOnce = 10;

    /// <param name="release">Only takes every mark off.</param>
    public async Task<SweepAnswer> HandleAsync(bool release, AwsScope own, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        using var spent = budget.Start();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, cancellationToken);
        var now = time.GetUtcNow();
        var sweep = new SweepState(new SyntheticRecords(requestId, now), now, budget.LambdaDeadline - now + SweepState.BetweenHops);
        await SweepAsync(scope => release ? regions.ReleaseAsync(scope, sweep, working.Token) : regions.SweepAsync(scope, sweep, working.Token), own, sweep, spent);
        await QueueAsync(sweep, working.Token);
        if (sweep.Records.Count > 0)
        {
            var end = await batches.HandleAsync([.. sweep.Records.Take(MostAtOnce)], own, budget, requestId, cancellationToken);
            sweep.Done.AddRange(end.Reports.Select(ToItem));
        }

        foreach (var item in sweep.Done)
        {
            LogDone(item.Instance, item.Node, item.Outcome, item.Why);
        }

        sweep.NotSeen.ForEach(LogNotSeen);
        LogEnded(sweep.Done.Count, sweep.NotSeen.Count);
        return new() { Done = sweep.Done, NotSeen = sweep.NotSeen };
    }

    private async Task SweepAsync(Func<AwsScope, Task> sweepRegion, AwsScope own, SweepState sweep, CancellationTokenSource spent)
    {
        try
        {
            foreach (var scope in AwsScope.AllOf(options, own))
            {
                await sweep.TryAsync(() => sweepRegion(scope));
            }
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested)
        {
            sweep.CouldNotSee("the invocation ran out of time before everything was checked");
        }
    }

    private async Task QueueAsync(SweepState sweep, CancellationToken working)
    {
        var (queued, failed) = (0, 0);
        foreach (var record in options.DryRun ? [] : sweep.Records.Skip(MostAtOnce))
        {
            var isSent = Continuation.Read(record.Attributes, sweep.Now) is { } memory && await sender.SendOnAsync(record, memory, TimeSpan.Zero, working);
            (queued, failed) = isSent ? (queued + 1, failed) : (queued, failed + 1);
        }

        if (queued > 0)
        {
            LogQueued(queued);
        }

        if (failed > 0)
        {
            sweep.CouldNotSee($"{failed} of the interruptions that were found could not be sent to the queue");
        }
    }

    private static SweptItem ToItem(InterruptionReport report) => new(
        report.InstanceId, report.Cluster?.Name, report.NodeName, JsonNamingPolicy.CamelCase.ConvertName(report.Outcome.ToString()), report.Why);

    [LoggerMessage(EventId = 801, Level = LogLevel.Information, Message = "Sweep: {InstanceId} (node {Node}) {Outcome}: {Why}")]
    private partial void LogDone(string instanceId, string? node, string outcome, string why);

    [LoggerMessage(EventId = 802, Level = LogLevel.Warning, Message = "Sweep could not check everything: {Why}. The next sweep retries")]
    private partial void LogNotSeen(string why);

    [LoggerMessage(EventId = 804, Level = LogLevel.Information, Message = "Sweep sent {Queued} of the interruptions that it found to the queue; it works on ten itself")]
    private partial void LogQueued(int queued);

    [LoggerMessage(EventId = 803, Level = LogLevel.Information, Message = "Sweep finished (actions: {Done}, failed checks: {NotSeen})")]
    private partial void LogEnded(int done, int notSeen);
}
