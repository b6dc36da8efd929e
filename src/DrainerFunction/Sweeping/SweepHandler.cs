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
            sweep.CouldNotSee("The invocation's time was spent before everything was looked at.");
        }
    }

    private IEnumerable<AwsScope> Scopes(AwsScope own) =>
        from account in options.Accounts is [] ? [own.Account] : options.Accounts
        from region in options.Regions is [] ? [own.Region] : options.Regions
        select new AwsScope(account, region);

    private static SweptItem ToItem(InterruptionReport story) => new(
        story.InstanceId, story.Cluster?.Name, story.NodeName, JsonNamingPolicy.CamelCase.ConvertName(story.Outcome.ToString()), story.Why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep: instance {InstanceId} (node {Node}) {Outcome}: {Why}")]
    private partial void LogDone(string instanceId, string? node, string outcome, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep: something could not be looked at and is by the next one: {Why}")]
    private partial void LogNotSeen(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep: {Done} things were done, {NotSeen} could not be looked at")]
    private partial void LogEnded(int done, int notSeen);
}
