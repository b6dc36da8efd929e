using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Sweeping;

/// <summary>
/// Looks for what was lost: waits that nobody ends, drains that nobody goes on with, changes that nobody announced, cordons
/// that nobody lifts. What is to be worked on becomes a message and goes the way of every interruption.
/// </summary>
internal sealed partial class SweepHandler(RegionSweep regions, BatchHandler batches, DrainerOptions options, TimeProvider time, ILogger<SweepHandler> logger)
{
    public async Task<SweepAnswer> HandleAsync(AwsScope own, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        using var spent = budget.Start();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, cancellationToken);
        var now = time.GetUtcNow();
        var sweep = new SweepState(new SyntheticRecords(requestId, now), now, budget.LambdaDeadline - now + SweepState.BetweenHops);
        await SweepAsync(own, sweep, spent, working.Token);

        if (sweep.Records.Count > 0)
        {
            var end = await batches.HandleAsync(new(sweep.Records), own, budget, requestId, cancellationToken);
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

    private async Task SweepAsync(AwsScope own, SweepState sweep, CancellationTokenSource spent, CancellationToken working)
    {
        try
        {
            foreach (var scope in Scopes(own))
            {
                await sweep.TryAsync(() => regions.SweepAsync(scope, sweep, working));
            }
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested)
        {
            sweep.CouldNotSee("the invocation ran out of time before everything was checked");
        }
    }

    private IEnumerable<AwsScope> Scopes(AwsScope own) =>
        from account in options.Accounts is [] ? [own.Account] : options.Accounts
        from region in options.Regions is [] ? [own.Region] : options.Regions
        select new AwsScope(account, region);

    private static SweptItem ToItem(InterruptionReport story) => new(
        story.InstanceId, story.Cluster?.Name, story.NodeName, JsonNamingPolicy.CamelCase.ConvertName(story.Outcome.ToString()), story.Why);

    [LoggerMessage(EventId = 801, Level = LogLevel.Information, Message = "Sweep: {InstanceId} (node {Node}) {Outcome}: {Why}")]
    private partial void LogDone(string instanceId, string? node, string outcome, string why);

    [LoggerMessage(EventId = 802, Level = LogLevel.Warning, Message = "Sweep could not check everything: {Why}. The next sweep retries")]
    private partial void LogNotSeen(string why);

    [LoggerMessage(EventId = 803, Level = LogLevel.Information, Message = "Sweep finished (actions: {Done}, failed checks: {NotSeen})")]
    private partial void LogEnded(int done, int notSeen);
}
