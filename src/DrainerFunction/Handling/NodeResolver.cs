using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>From an interrupted instance to its node, with every reason to leave it alone on the way.</summary>
internal sealed class NodeResolver(InterruptionVerifier confirming, AnnotationReader annotations, DrainerOptions options, TimeProvider time)
{
    // A node that is still booting may join yet; a younger machine than this is given that time.
    private static readonly TimeSpan Booting = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <exception cref="AwsCallException">AWS could not be asked.</exception>
    /// <exception cref="ApiServer.ApiServerException">No cluster has the node, and one could not be asked.</exception>
    public async Task<Resolution> ResolveAsync(InterruptionContext context, bool again, CancellationToken cancellationToken)
    {
        var (interrupted, batch, waiting) = (context.Instance, context.Batch, context.Hooks);
        KeepBegun(interrupted, waiting, cancellationToken);
        InstanceDescription described;
        try
        {
            described = again
                ? await batch.Descriptions.LookAgainAsync(interrupted.Scope, interrupted.Interruptions, cancellationToken)
                : await batch.Descriptions.FirstLookAsync(interrupted.Scope, interrupted.Interruptions);
        }
        catch (AwsCallException) when (BegunOn(interrupted) is { } begun)
        {
            if (await FindBegunAsync(interrupted, begun, batch, context.Place, cancellationToken) is { } found)
            {
                return found;
            }

            throw;
        }

        if (described.Instance is { } owned)
        {
            if (NotOurs(owned, interrupted.Scope) is { } notOurs)
            {
                return notOurs;
            }

            context.Place.Narrow(ClusterChoice.Of(owned, interrupted.Scope, options) is ClusterChoice.Candidates narrowed ? narrowed.Clusters : []);
            Keep(interrupted, waiting, cancellationToken);
        }

        var (confirmed, objection, latest) = await confirming.ConfirmAsync(interrupted, described, batch, context.Place, cancellationToken);
        if (described.Instance is null && latest.Instance is { } late)
        {
            if (NotOurs(late, interrupted.Scope) is { } notOurs)
            {
                return notOurs;
            }

            Keep(interrupted, waiting, cancellationToken);
        }

        return (confirmed, objection) switch
        {
            ([], Verdict.NotYet(var why)) => new Resolution.RetryLater(InterruptionOutcome.Continues, $"AWS does not confirm the interruption yet: {why}", TimeSpan.FromSeconds(10)),
            ([], Verdict.Refuted(var why)) => new Resolution.Skipped(InterruptionOutcome.Refuted, why),
            _ => await FindAsync(interrupted, confirmed, latest, batch, cancellationToken),
        };
    }

    // Decided before a hook is touched: what is somebody else's is not even kept waiting.
    private Resolution? NotOurs(Instance instance, AwsScope scope) => (Ownership.Of(instance, options), ClusterChoice.Of(instance, scope, options)) switch
    {
        (Ownership.SomebodyElses(var why), _) => new Resolution.Skipped(InterruptionOutcome.NotOurs, why),
        (_, ClusterChoice.Foreign(var name)) => new Resolution.Skipped(InterruptionOutcome.NotOurs, $"its tag names cluster {name}, which CLUSTER_NAME does not list"),
        (_, ClusterChoice.Unknown) when !options.ManagedTag.IsOn(instance.Tags) =>
            new Resolution.Skipped(InterruptionOutcome.NotOurs, "no tag of the instance names a cluster or marks it as managed, and CLUSTER_NAME is not set"),
        (_, ClusterChoice.Unknown) => new Resolution.Misconfigured("no tag of the instance names a cluster and CLUSTER_NAME is not set; set it, or tag the instance with eks:cluster-name"),
        _ => null,
    };

    private static void Keep(InterruptedInstance interrupted, HookHeartbeats waiting, CancellationToken cancellationToken)
    {
        // The youngest message has the token of the wait that is going on now.
        foreach (var action in interrupted.Received.OrderByDescending(received => received.Interruption.At).Select(received => received.Action).OfType<LifecycleAction>())
        {
            waiting.Keep(new(action.AutoScalingGroupName, action.HookName, interrupted.InstanceId, action.Token), cancellationToken);
        }
    }

    // What an earlier invocation began, and what LIFECYCLE_HOOKS names, lives by the second: no describing call stands before its beat.
    private void KeepBegun(InterruptedInstance interrupted, HookHeartbeats waiting, CancellationToken cancellationToken) => Keep(
        interrupted with { Received = [.. interrupted.Received.Where(received => received.Action is { } action && (received.Node is not null || options.LifecycleHooks.IsNamed(action.HookName)))] },
        waiting,
        cancellationToken);

    private static NodeName? BegunOn(InterruptedInstance interrupted) => interrupted.Received.Select(received => received.Node).OfType<NodeName>().FirstOrDefault();

    // A refused look costs freshness, not the work: whose node it is and that AWS agreed was found out by the invocation
    // that cordoned it. The node's providerID still has to name the instance, and the node to carry the annotation of that drain.
    private async Task<Resolution.Found?> FindBegunAsync(
        InterruptedInstance interrupted, NodeName begun, BatchContext batch, CordonBarrier.Place place, CancellationToken cancellationToken)
    {
        var cluster = new ApiServer.ClusterName(interrupted.Scope, begun.Cluster);
        place.Narrow([cluster]);
        var instance = new Instance { InstanceId = interrupted.InstanceId, Life = InstanceLife.Running, PrivateDnsName = begun.Node };
        List<ReceivedInterruption> confirmed = [.. interrupted.Received.Where(received => received.Node is not null)];
        return await batch.Nodes.FindAsync(instance, new ClusterChoice.Candidates([cluster], NamedByTag: true), cancellationToken) is FoundNode.Here here
            && annotations.Read(here.Node, interrupted.InstanceId) is { IsSealed: true }
                ? new Resolution.Found(here.Target, here.Node, instance, confirmed)
                : null;
    }

    private async Task<Resolution> FindAsync(
        InterruptedInstance interrupted, IReadOnlyList<ReceivedInterruption> confirmed, InstanceDescription described, BatchContext batch, CancellationToken cancellationToken)
    {
        var instance = described.Instance ?? throw new UnreachableException("An interruption without an instance was confirmed.");
        var due = confirmed.Where(received => DueAt(received.Interruption) <= time.GetUtcNow()).ToList();
        if (due is [])
        {
            var next = confirmed.Min(received => DueAt(received.Interruption));
            var wait = next - time.GetUtcNow();
            return new Resolution.RetryLater(InterruptionOutcome.Waits, $"the drain for the scheduled change starts at {next:u}", wait < LongestWait ? wait : LongestWait);
        }

        if (due.All(received => received is { Interruption: Interruption.Launch, Action.IsIntoWarmPool: true }))
        {
            return new Resolution.NoNode("the instance returns to the warm pool", Proven: true, due);
        }

        return ClusterChoice.Of(instance, interrupted.Scope, options) switch
        {
            ClusterChoice.Candidates candidates => Found(await batch.Nodes.FindAsync(instance, candidates, cancellationToken), described, due),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
    }

    private Resolution Found(FoundNode found, InstanceDescription described, IReadOnlyList<ReceivedInterruption> due) => (found, described.Instance!) switch
    {
        (FoundNode.Here here, _) when due.All(received => received.IsOver) => new Resolution.ChangeClosed(here.Target, here.Node, ClosedScheduledChange.Of(here, annotations.Read(here.Node), described, due, time.GetUtcNow())),
        (FoundNode.Here here, var instance) =>
            new Resolution.Found(here.Target, here.Node, instance, due)
            {
                ClosedChange = due.Any(received => received.IsOver) ? ClosedScheduledChange.Of(here, annotations.Read(here.Node), described, [.. due.Where(received => received.IsOver)], time.GetUtcNow()) : null,
            },
        (FoundNode.Ambiguous(var why), _) => new Resolution.Misconfigured(why),
        (FoundNode.Nowhere(var why, _), var instance) when MayStillJoin(instance, due) =>
            new Resolution.RetryLater(InterruptionOutcome.Continues, $"{why}; the instance was launched recently and its node may still join", TimeSpan.FromSeconds(10)),
        (FoundNode.Nowhere(var why, var proven), _) => new Resolution.NoNode(why, proven && due.All(received => received.Interruption is not Interruption.Launch), due),
        _ => throw new UnreachableException($"Unknown {found}."),
    };

    private bool MayStillJoin(Instance instance, IReadOnlyList<ReceivedInterruption> due) =>
        instance is { Life: InstanceLife.Pending or InstanceLife.Running, LaunchedAt: { } launched }
        && time.GetUtcNow() - launched < Booting
        && due.All(received => received.Interruption is Interruption.SpotReclaim or Interruption.CapacityReclaim);

    private DateTimeOffset DueAt(Interruption interruption) => interruption switch
    {
        Interruption.ScheduledChange { Notice.Status: not ScheduledChangeStatus.Closed, Notice.StartTime: var start } => start.Before(options.ScheduledChangeLeadTime),
        _ => DateTimeOffset.MinValue,
    };
}
