using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>Finds the node of a confirmed instance, and waits for one that may still join.</summary>
internal sealed class NodeLookup(AnnotationReader annotations, CompletedDrains completed, TimeProvider time)
{
    // A node that is still booting may join yet; a younger machine than this is given that time.
    private static readonly TimeSpan Booting = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstHop = TimeSpan.FromSeconds(2);

    /// <exception cref="ApiServer.ApiServerException">No cluster has the node, and one could not be asked.</exception>
    public async Task<Resolution> FindAsync(
        InterruptionContext context, InstanceDescription described, ClusterChoice.Candidates clusters, IReadOnlyList<ReceivedInterruption> due, CancellationToken cancellationToken)
    {
        var instance = described.Instance!;
        var search = completed.Has(instance.InstanceId) && due.All(received => received.Interruption is Interruption.StateChange) ? NodeSearch.Cordoned : NodeSearch.All;
        var found = await context.Batch.Nodes.FindAsync(instance, clusters, search, cancellationToken);
        if (found is FoundNode.Nowhere { Proven: true } && await PodsLeftAsync(context, instance, due, cancellationToken) is > 0 and var left)
        {
            return new Resolution.RetryLater(
                InterruptionOutcome.Waits, $"the cluster removed the node, and {Plural.Of(left, "pod")} that ran there {(left == 1 ? "is" : "are")} still to be removed", context.Instance.HopDelay(FirstHop));
        }

        if (found is not FoundNode.Nowhere nowhere || context.Options.DryRun || await JoinsUntilAsync(context, instance, nowhere, due, cancellationToken) is not { } until || until <= time.GetUtcNow())
        {
            return Found(found, described, due);
        }

        context.Place.Leave();
        FoundNode? joined = null;
        return await time.WithinAsync(
            context.Batch.EndOf(until) - time.GetUtcNow(), async token => joined = await context.Batch.Arrivals.WaitAsync(instance, clusters, _ => true, token), cancellationToken)
                ? Found(joined!, described, due)
                : time.GetUtcNow() >= until
                    ? Found(found, described, due)
                    : new Resolution.RetryLater(InterruptionOutcome.Waits, $"{nowhere.Why}; the instance was launched recently and its node may still join", context.Instance.HopDelay(FirstHop));
    }

    // To delete the object of a node leaves its pods running: the cluster's own garbage collection removes them within a minute or so. A hook that
    // was being drained for waits for that; what only a finalizer keeps, or nothing removes before the bound, does not count.
    private async Task<int> PodsLeftAsync(InterruptionContext context, Instance instance, IReadOnlyList<ReceivedInterruption> due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return instance.Life is InstanceLife.Running && now < context.Instance.BoundsAt(now, context.Options).End
            && due.Where(received => received.Interruption is Interruption.Termination).Select(received => received.Node).OfType<NodeReference>().FirstOrDefault() is { } remembered
                ? (await context.Batch.Nodes.PodsOfRemovedAsync(new(context.Instance.Scope, remembered.Cluster), remembered.Node, cancellationToken))
                    .Count(pod => pod is { IsMirror: false, IsOwnedByDaemonSet: false, HasEnded: false } && !(now >= pod.TerminatedBy?.After(LongestEnd)))
                : 0;
    }

    private Resolution Found(FoundNode found, InstanceDescription described, IReadOnlyList<ReceivedInterruption> due) => found switch
    {
        FoundNode.Here here when due.All(received => received.IsOver) => new Resolution.ChangeClosed(here.Target, here.Node, ClosedScheduledChange.Of(here, annotations.Read(here.Node), described, due, time.GetUtcNow())),
        FoundNode.Here here => new Resolution.Found(here.Target, here.Node, described.Instance!, due)
        {
            ClosedChange = due.Any(received => received.IsOver) ? ClosedScheduledChange.Of(here, annotations.Read(here.Node), described, [.. due.Where(received => received.IsOver)], time.GetUtcNow()) : null,
        },
        FoundNode.Ambiguous(var why) => new Resolution.Misconfigured(why),
        FoundNode.Nowhere(var why, var proven) => new Resolution.NoNode(why, proven && due.All(received => received.Interruption is not Interruption.Launch), due),
        _ => throw new UnreachableException($"Unknown {found}."),
    };

    // A launch is waited for until its hook ends. What goes while it boots takes pods and dies with them, unless it is cordoned
    // as it joins; where its own tag names a cluster without it, its hook lets it go at once instead.
    private static async Task<DateTimeOffset?> JoinsUntilAsync(
        InterruptionContext context, Instance instance, FoundNode.Nowhere nowhere, IReadOnlyList<ReceivedInterruption> due, CancellationToken cancellationToken)
    {
        if (context.IsLaunch)
        {
            await context.Hooks.WaitUntilKnownAsync(cancellationToken);
            return LaunchBound.Of(context.Instance, context.Hooks, context.Options);
        }

        return instance is { IsGoing: false, LaunchedAt: { } launched }
            && due.All(received => received.Interruption is Interruption.SpotReclaim or Interruption.CapacityReclaim || (received.Interruption is Interruption.Termination && !nowhere.Proven))
                ? launched + Booting
                : null;
    }
}
