using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Handling;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Sweeping;

/// <summary>The sweep of one account and region: what waits there, what is due there, and which of its nodes carry our marks.</summary>
internal sealed class RegionSweep(IAwsClients aws, NodeFinder finder, OrphanedWork lost, AnnotatedNodeFinder markedNodes, BrokenSealSweep brokenSeals, NodeCordon cordoning, WritePorts ports, DrainerOptions options)
{
    /// <exception cref="AwsCallException">Something without which nothing else can be judged could not be asked.</exception>
    public async Task SweepAsync(AwsScope scope, SweepState sweep, CancellationToken cancellationToken)
    {
        var region = aws.In(scope);
        var waiting = await FindWaitingAsync(region.AutoScaling, sweep, cancellationToken);
        var scheduled = (await region.Instances.DescribeAllScheduledEventsAsync(cancellationToken)).Where(one => !one.IsOver).ToList();
        var due = scheduled.Where(one => IsDue(one, sweep.Now)).ToList();
        var marked = await markedNodes.FindAsync(scope, sweep, cancellationToken);
        string[] nodes = [.. marked.Select(one => one.Target.InstanceId), .. sweep.BrokenSeals.Select(one => one.Target.InstanceId)];
        string[] ids = [.. waiting.Select(one => one.InstanceId), .. due.Select(one => one.InstanceId), .. nodes];
        var instances = ids is [] ? [] : (await region.Instances.DescribeAsync(ids, cancellationToken)).ToDictionary(one => one.InstanceId);
        var inGroups = nodes is [] ? [] : await region.AutoScaling.DescribeInstancesAsync(nodes, cancellationToken);
        foreach (var one in waiting)
        {
            await sweep.TryAsync(() => lost.FindWaitingAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var one in due)
        {
            await sweep.TryAsync(() => lost.FindDueAsync(scope, one, instances.GetValueOrDefault(one.InstanceId), finder, sweep, cancellationToken));
        }

        foreach (var one in marked)
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
        var marked = await markedNodes.FindAsync(scope, sweep, cancellationToken);
        string[] ids = [.. marked.Select(one => one.Target.InstanceId), .. sweep.BrokenSeals.Select(one => one.Target.InstanceId)];
        var instances = ids is [] ? [] : (await aws.In(scope).Instances.DescribeAsync(ids, cancellationToken)).ToDictionary(one => one.InstanceId);
        var inGroups = ids is [] ? [] : await aws.In(scope).AutoScaling.DescribeInstancesAsync(ids, cancellationToken);
        foreach (var one in marked)
        {
            var id = one.Target.InstanceId;
            if ((instances.GetValueOrDefault(id), inGroups.FirstOrDefault(member => member.InstanceId == id)) switch
            {
                (null, _) => "EC2 does not report its instance",
                ({ Life: not InstanceLife.Running }, _) or (_, { IsInService: false }) => "its instance is being terminated",
                ({ } instance, _) when InstanceOwnership.WhyForeign(instance, options) is { } why => why,
                _ => null,
            } is { } kept)
            {
                sweep.CouldNotSee($"node {one.Target.NodeName} keeps its marks: {kept}");
            }
            else
            {
                await sweep.TryAsync(() => UndoAsync(one, "the function is being removed", sweep, cancellationToken));
            }
        }

        await RemoveBrokenSealsAsync(instances, inGroups, [], sweep, cancellationToken);
        foreach (var node in sweep.Unread)
        {
            sweep.CouldNotSee($"node {node} keeps an annotation that the function did not write");
        }
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

    private async Task SettleAnnotatedAsync(AwsScope scope, AnnotatedNode marked, SweepState sweep, CancellationToken cancellationToken)
    {
        if (sweep.IsAlive(marked.Noted))
        {
            return;
        }

        if (marked.WhyUndo(sweep.Now, options) is not { } why)
        {
            await lost.FindAnnotatedAsync(scope, marked, sweep, cancellationToken);
            return;
        }

        await UndoAsync(marked, why, sweep, cancellationToken);
    }

    private async Task UndoAsync(AnnotatedNode marked, string why, SweepState sweep, CancellationToken cancellationToken)
    {
        var item = new SweptItem(marked.Target.InstanceId, marked.Target.Cluster.Name, marked.Target.NodeName, "undone", why);
        var allowed = ports.For(GroupSettings.Of(options, marked.Instance?.Tags).Options);
        if (await cordoning.UndoAsync(allowed.Restrict(marked.Target), marked.Node, new UncordonPatch(), cancellationToken) is UncordonReply.Undone)
        {
            sweep.Done.Add(allowed.AreReadOnly ? item with { Outcome = "dryRun", Why = $"would be undone: {why}" } : item);
        }
    }
}
