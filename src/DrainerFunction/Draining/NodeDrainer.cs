using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Drains a node that is cordoned, within the time there is; says what a drain would do to any node.</summary>
internal sealed class NodeDrainer(AnnotationReader annotations, RequestPools pools, IDrainObserver observer, TimeProvider time, Random random)
{
    /// <param name="spent">The invocation's time is spent: the outcome is then <see cref="DrainOutcome.OutOfTime"/>, with what is known.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public async Task<DrainOutcome> DrainAsync(DrainOrder order, CancellationToken spent, CancellationToken cancellationToken)
    {
        var drain = new DrainContext(order, RequestsFor(order.Target, order.Bounds), new DrainProgress(order.Target, observer, time), new AsyncSignal(), time, random);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(spent, cancellationToken);
        if (order.Target.ApiServer.IsReadOnly)
        {
            return await OnlyPlanAsync(drain, spent, either.Token, cancellationToken);
        }

        if (order.Cordon.Refused is { } refused)
        {
            drain.Progress.Trouble("write to the node", refused);
        }

        var volumes = new VolumeDetachment(drain);
        using var loop = new DrainLoop(drain, RulesFor(order), annotations, new(pools, time), order.Settings.WaitForVolumeDetach ? volumes : null);
        var (volumesWaited, isEmptiedBefore) = (TimeSpan.Zero, false);
        DrainReport Report() => drain.Report(loop.PodsWereListed) with
        {
            VolumesWaited = volumesWaited,
            VolumesStillAttached = volumes.Attached ?? 0,
        };
        try
        {
            var ending = await loop.RunAsync(either.Token);
            if (ending is DrainEnding.Emptied && MustWaitForVolumes(order, volumes, loop.Pods))
            {
                isEmptiedBefore = !volumes.MovedAny;
                volumesWaited = await volumes.WaitAsync(loop.Pods, either.Token);
            }

            return ending switch
            {
                DrainEnding.Emptied => new DrainOutcome.Drained(Report()),
                DrainEnding.BoundReached => new DrainOutcome.BoundReached(Report()),
                DrainEnding.MachineGone => new DrainOutcome.MachineGone(Report()),
                DrainEnding.NodeGone => new DrainOutcome.NodeGone(Report()),
                DrainEnding.CordonUndone => new DrainOutcome.CordonUndone(Report()),
                _ => throw new UnreachableException($"No outcome for {ending}."),
            };
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The pods were gone when this invocation began, and their volumes have had their time.
            return isEmptiedBefore && drain.Now >= order.Cordon.Noted.CordonedAt + VolumeDetachment.Longest ? new DrainOutcome.Drained(Report()) : new DrainOutcome.OutOfTime(Report());
        }
    }

    /// <summary>What a drain would do now. One list, and nothing is written.</summary>
    /// <exception cref="ApiServerException">The cluster cannot be asked.</exception>
    public async Task<DrainPlan> PlanAsync(TargetNode target, V1Node node, Bounds bounds, DrainerOptions settings, CancellationToken cancellationToken)
    {
        var list = await RequestsFor(target, bounds).ListPodsAsync(target.NodeName, cancellationToken);
        return DrainPlan.For(list.Pods, new(), bounds, time.GetUtcNow(), RulesOn(node, settings));
    }

    private static async Task<DrainOutcome> OnlyPlanAsync(DrainContext drain, CancellationToken spent, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            var list = await drain.Requests.ListPodsAsync(drain.Order.Target.NodeName, either);
            drain.Progress.Observe(DrainPlan.For(list.Pods, new(), drain.Order.Bounds, drain.Now, RulesOn(drain.Order.Cordon.Node, drain.Order.Settings)));
            return new DrainOutcome.OnlyPlanned(drain.Report(podsWereListed: true));
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new DrainOutcome.OutOfTime(drain.Report(podsWereListed: false));
        }
    }

    // Volumes that were attached before this invocation began belong to pods that an earlier one has drained.
    private bool MustWaitForVolumes(DrainOrder order, VolumeDetachment volumes, IReadOnlyCollection<V1Pod> remaining) =>
        order.Settings.WaitForVolumeDetach && !order.AskOnce
            && (volumes.MovedAny || order.Cordon.Node.Status?.VolumesAttached?.Count > VolumeDetachment.ClaimsThatStay(remaining).Count())
            && order.Bounds.End.Before(Bound.EvictionReserve) > time.GetUtcNow();

    private static DrainRules RulesOn(V1Node node, DrainerOptions settings) => DrainRules.From(settings) with { NodeNotReadySince = node.NotReadySince };

    private static DrainRules RulesFor(DrainOrder order) => RulesOn(order.Cordon.Node, order.Settings) with
    {
        CordonedAt = order.Cordon.Noted.CordonedAt,
        Barriers = [.. (order.Cordon.Node.Spec?.Taints ?? []).Where(taint =>
            taint.Effect is not "PreferNoSchedule" && order.Cordon.Noted.Taints.Contains(NodeTaints.Mark(taint), StringComparer.Ordinal))],
    };

    private PooledRequests RequestsFor(TargetNode target, Bounds bounds) =>
        new(target.ApiServer, pools.For(target.Cluster), Urgency.Of(bounds));
}
