using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Handling;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Sweeping;

/// <summary>The sweep of one account and region: what waits there, what is due there, and which of its nodes carry the function's marks.</summary>
internal sealed class RegionSweep(IAwsClients aws, NodeFinder finder, OrphanedWork orphans, AnnotatedNodeFinder annotatedNodes, BrokenSealSweep brokenSeals, NodeCordon cordoning, WritePorts writePorts, DrainerOptions options)
{
    /// <exception cref="AwsCallException">Something without which nothing else can be judged could not be asked.</exception>
    public async Task SweepAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        var region = aws.In(scope);
        var waiting = await FindWaitingAsync(region.AutoScaling, sweep, cancellationToken);
        var scheduled = (await region.Instances.DescribeAllScheduledEventsAsync(cancellationToken)).Where(one => !one.IsOver).ToList();
        var due = scheduled.Where(one => IsDue(one, sweep.Now)).ToList();
        var annotated = await annotatedNodes.FindAsync(scope, sweep, cancellationToken);
        var (instances, inGroups) = await DescribeAsync(region, annotated, [.. waiting.Select(one => one.InstanceId), .. due.Select(one => one.InstanceId)], sweep, cancellationToken);
        foreach (var one in waiting)
        {
            await sweep.TryAsync(() => orphans.FindWaitingAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var one in due)
        {
            await sweep.TryAsync(() => orphans.FindDueAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var one in annotated)
        {
            var whole = one with
            {
                Instance = instances.GetValueOrDefault(one.Target.InstanceId),
                InGroup = inGroups.FirstOrDefault(member => member.InstanceId == one.Target.InstanceId),
                Scheduled = scheduled.FirstOrDefault(change => change.InstanceId == one.Target.InstanceId),
            };
            if (whole.Instance is { } owned && InstanceOwnership.WhyForeign(owned, options) is null)
            {
                await sweep.TryAsync(() => SettleAnnotatedAsync(scope, whole, sweep, cancellationToken));
            }
        }

        await RemoveBrokenSealsAsync(instances, inGroups, scheduled, sweep, cancellationToken);
    }

    /// <summary>Takes every mark of the function off, before its stack is removed. What is going anyway keeps its cordon; what is left is named.</summary>
    public async Task ReleaseAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        var annotated = await annotatedNodes.FindAsync(scope, sweep, cancellationToken);
        var (instances, inGroups) = await DescribeAsync(aws.In(scope), annotated, [], sweep, cancellationToken);
        foreach (var one in annotated)
        {
            var id = one.Target.InstanceId;
            if ((instances.GetValueOrDefault(id), inGroups.FirstOrDefault(member => member.InstanceId == id)) switch
            {
                (null, _) => "EC2 does not report its instance",
                ({ Life: not InstanceLife.Running }, _) or (_, { IsLeaving: true }) => "its instance is being taken out of service",
                ({ } instance, _) when InstanceOwnership.WhyForeign(instance, options) is { } why => why,
                _ => null,
            } is { } kept)
            {
                sweep.CouldNotSee($"node {one.Target.NodeName} keeps its marks: {kept}");
            }
            else
            {
                await sweep.TryAsync(() => UndoAsync(one with { Instance = instances[id] }, "the function is being removed", sweep, cancellationToken));
            }
        }

        await RemoveBrokenSealsAsync(instances, inGroups, [], sweep, cancellationToken);
        foreach (var node in sweep.Unread)
        {
            sweep.CouldNotSee($"node {node} keeps an annotation that the function did not write");
        }
    }

    private static async Task<(Dictionary<string, Instance> Instances, IReadOnlyList<GroupInstance> InGroups)> DescribeAsync(
        AwsRegion region, IReadOnlyList<AnnotatedNode> annotated, IReadOnlyList<string> others, SweepState sweep, CancellationToken cancellationToken)
    {
        string[] nodes = [.. annotated.Select(one => one.Target.InstanceId), .. sweep.BrokenSeals.Select(one => one.Target.InstanceId)];
        string[] ids = [.. others, .. nodes];
        return (
            ids is [] ? [] : (await region.Instances.DescribeAsync(ids, cancellationToken)).ToDictionary(one => one.InstanceId),
            nodes is [] ? [] : await region.AutoScaling.DescribeInstancesAsync(nodes, cancellationToken));
    }

    private async Task RemoveBrokenSealsAsync(
        Dictionary<string, Instance> instances, IReadOnlyList<GroupInstance> inGroups, IReadOnlyList<ScheduledEvent> scheduled, SweepState sweep, CancellationToken cancellationToken)
    {
        foreach (var (target, node) in sweep.BrokenSeals)
        {
            var id = target.InstanceId;
            await sweep.TryAsync(() => brokenSeals.RemoveAsync(
                target, node, instances.GetValueOrDefault(id), inGroups.FirstOrDefault(member => member.InstanceId == id), scheduled.Any(change => change.InstanceId == id), sweep, cancellationToken));
        }

        sweep.BrokenSeals.Clear();
    }

    // A group's description leaves out its warm pool, whose instances wait in hooks, too.
    private static async Task<IReadOnlyList<GroupInstance>> FindWaitingAsync(IAutoScaling autoScaling, SweepState sweep, CancellationToken cancellationToken)
    {
        var groups = await autoScaling.DescribeAllGroupsAsync(cancellationToken);
        var members = groups.SelectMany(group => group.Instances).ToList();
        foreach (var group in groups.Where(group => group.HasWarmPool))
        {
            await sweep.TryAsync(async () => members.AddRange(await autoScaling.DescribeWarmPoolAsync(group.Name, cancellationToken)));
        }

        return [.. members.Where(member => member.IsWaiting)];
    }

    // Its own message begins the drain at that very time; only later is it lost.
    private bool IsDue(ScheduledEvent scheduled, DateTimeOffset now) => scheduled.NotBefore - options.ScheduledChangeLeadTime + SweepState.BetweenHops <= now;

    private async Task SettleAnnotatedAsync(AwsScope scope, AnnotatedNode annotated, SweepState sweep, CancellationToken cancellationToken)
    {
        if (sweep.IsAlive(annotated.Noted))
        {
            return;
        }

        if (annotated.WhyUndo(sweep.Now, options) is not { } why)
        {
            await orphans.FindAnnotatedAsync(scope, annotated, sweep, cancellationToken);
            return;
        }

        await UndoAsync(annotated, why, sweep, cancellationToken);
    }

    private async Task UndoAsync(AnnotatedNode annotated, string why, SweepState sweep, CancellationToken cancellationToken)
    {
        var item = new SweptItem(annotated.Target.InstanceId, annotated.Target.Cluster.Name, annotated.Target.NodeName, "undone", why);
        var ports = writePorts.For(GroupSettings.Of(options, annotated.Instance?.Tags).Options);
        if (await cordoning.UndoAsync(ports.Restrict(annotated.Target), annotated.Node, new UncordonPatch(), cancellationToken) is UncordonReply.Undone)
        {
            sweep.Done.Add(ports.AreReadOnly ? item with { Outcome = "dryRun", Why = $"would be undone: {why}" } : item);
        }
    }
}
