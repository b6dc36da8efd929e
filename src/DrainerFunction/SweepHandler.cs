using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Draining;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>
/// Looks for what was lost: waits that nobody ends, drains that nobody goes on with, changes that nobody announced, cordons
/// that nobody lifts. What is to be worked on becomes a message and goes the way of every interruption.
/// </summary>
internal sealed partial class SweepHandler(
    IAwsClients aws,
    IApiServers apiServers,
    LostWork lost,
    Cordoning cordoning,
    BatchHandler batches,
    DrainerOptions options,
    TimeProvider time,
    ILogger<SweepHandler> logger)
{
    // An invocation, the hop to the next one and a death on the way: a chain that was not here for longer is dead.
    private static readonly TimeSpan BetweenHops = TimeSpan.FromMinutes(5);

    public async Task<SweepAnswer> HandleAsync(AwsScope own, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        using var spent = budget.Start();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, cancellationToken);
        var now = time.GetUtcNow();
        var sweep = new Sweep(new OwnMessages(requestId, now), now, budget.LambdaDeadline - now + BetweenHops);
        await SweepAsync(own, sweep, spent, working.Token);

        if (sweep.Records.Count > 0)
        {
            var end = await batches.WorkAsync(new(sweep.Records), own, budget, requestId, cancellationToken);
            sweep.Done.AddRange(end.Stories.Select(Told));
        }

        foreach (var item in sweep.Done)
        {
            LogDone(item.Instance, item.Node, item.Outcome, item.Why);
        }

        sweep.NotSeen.ForEach(LogNotSeen);
        LogEnded(sweep.Done.Count, sweep.NotSeen.Count);
        return new() { Done = sweep.Done, NotSeen = sweep.NotSeen };
    }

    private async Task SweepAsync(AwsScope own, Sweep sweep, CancellationTokenSource spent, CancellationToken working)
    {
        try
        {
            foreach (var scope in Scopes(own))
            {
                await GuardedAsync(sweep, () => SweepAsync(scope, sweep, working));
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

    private async Task SweepAsync(AwsScope scope, Sweep sweep, CancellationToken cancellationToken)
    {
        var region = aws.In(scope);
        var waiting = (await region.AutoScaling.DescribeAllGroupsAsync(cancellationToken)).SelectMany(group => group.Instances).Where(instance => instance.IsWaiting).ToList();
        var scheduled = (await region.Instances.DescribeAllScheduledEventsAsync(cancellationToken)).Where(one => !one.IsOver).ToList();
        var due = scheduled.Where(one => IsDue(one, sweep.Now)).ToList();
        var marked = await MarkedNodesAsync(scope, sweep, cancellationToken);
        string[] ids = [.. waiting.Select(one => one.InstanceId), .. due.Select(one => one.InstanceId), .. marked.Select(one => one.Target.InstanceId)];
        var instances = ids is [] ? [] : (await region.Instances.DescribeAsync(ids, cancellationToken)).ToDictionary(one => one.InstanceId);
        var inGroups = marked is [] ? [] : await region.AutoScaling.DescribeInstancesAsync([.. marked.Select(one => one.Target.InstanceId)], cancellationToken);
        var finder = new NodeFinder(apiServers, ids.ToHashSet(StringComparer.Ordinal));
        foreach (var one in waiting)
        {
            await GuardedAsync(sweep, () => lost.WaitingAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var one in due)
        {
            await GuardedAsync(sweep, () => lost.DueAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var (target, node, noted) in marked)
        {
            var whole = new MarkedNode(
                target,
                node,
                noted,
                instances.GetValueOrDefault(target.InstanceId),
                inGroups.FirstOrDefault(one => one.InstanceId == target.InstanceId),
                scheduled.FirstOrDefault(one => one.InstanceId == target.InstanceId));
            await GuardedAsync(sweep, () => EndedAsync(scope, whole, sweep, cancellationToken));
        }
    }

    // Its own message begins the drain at that very time; only later is it lost.
    private bool IsDue(ScheduledEvent scheduled, DateTimeOffset now) => scheduled.NotBefore - options.ScheduledChangeLeadTime + BetweenHops <= now;

    private async Task<List<(TargetNode Target, V1Node Node, NodeInterruption Noted)>> MarkedNodesAsync(AwsScope scope, Sweep sweep, CancellationToken cancellationToken)
    {
        var marked = new List<(TargetNode, V1Node, NodeInterruption)>();
        foreach (var cluster in options.ClusterNames.Select(name => new ClusterName(scope, name)))
        {
            await GuardedAsync(sweep, async () =>
            {
                if (await apiServers.ConnectAsync(cluster, cancellationToken) is not { } apiServer)
                {
                    return;
                }

                await foreach (var node in apiServer.ListNodesAsync(cancellationToken))
                {
                    if (NodeInterruptions.Read(node) is { } noted && node.InstanceId is { } instanceId)
                    {
                        marked.Add((new(cluster, node.Metadata.Name, instanceId, apiServer), node, noted));
                    }
                }
            });
        }

        return marked;
    }

    private async Task EndedAsync(AwsScope scope, MarkedNode marked, Sweep sweep, CancellationToken cancellationToken)
    {
        if (sweep.IsAlive(marked.Noted))
        {
            return;
        }

        if (marked.WhyUndo(sweep.Now, options.UncordonAfter) is not { } why)
        {
            await lost.MarkedAsync(scope, marked, sweep, cancellationToken);
            return;
        }

        var item = new SweptItem(marked.Target.InstanceId, marked.Target.Cluster.Name, marked.Target.NodeName, "undone", why);
        if (options.DryRun)
        {
            sweep.Done.Add(item with { Outcome = "dryRun", Why = $"it would be undone: {why}" });
        }
        else if (await cordoning.UndoAsync(marked.Target, marked.Node, cancellationToken) is UndoReply.Undone)
        {
            sweep.Done.Add(item);
        }
    }

    // What cannot be asked now is asked by the next sweep, and keeps nothing else from being looked at.
    private static async Task GuardedAsync(Sweep sweep, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (AwsCallException refused)
        {
            sweep.CouldNotSee(Troubles.Sentence(refused));
        }
        catch (ApiServerException refused)
        {
            sweep.CouldNotSee(Troubles.Sentence(refused));
        }
    }

    private static SweptItem Told(InterruptionReport story) => new(
        story.InstanceId, story.Cluster?.Name, story.NodeName, JsonNamingPolicy.CamelCase.ConvertName(story.Outcome.ToString()), story.Why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep: instance {InstanceId} (node {Node}) {Outcome}: {Why}")]
    private partial void LogDone(string instanceId, string? node, string outcome, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep: something could not be looked at and is by the next one: {Why}")]
    private partial void LogNotSeen(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep: {Done} things were done, {NotSeen} could not be looked at")]
    private partial void LogEnded(int done, int notSeen);
}
