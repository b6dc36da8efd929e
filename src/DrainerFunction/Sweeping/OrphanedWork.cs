using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Handling;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>
/// Finds work that is not being done: an instance that waits in a hook, a scheduled change that is due, a drain whose chain is dead.
/// A node whose annotation names a chain at work is left to that chain.
/// </summary>
internal sealed class OrphanedWork(WritePorts writePorts, AnnotationReader annotations, LifecycleHookCache hooks, NodeDrainer drainer, DrainerOptions options)
{
    /// <summary>An instance in a wait that the function answers: by the setting that names the hook, or by the annotation that does.</summary>
    public async Task FindWaitingAsync(AwsScope scope, GroupInstance waiting, Instance? instance, NodeFinder finder, SweepState sweep, CancellationToken cancellationToken)
    {
        if (Candidates(instance, scope) is not { } clusters)
        {
            return;
        }

        var holding = waiting.HeldBy(await hooks.OfGroupAsync(scope, waiting.AutoScalingGroupName, cancellationToken)).Where(hook => options.LifecycleHooks.IsOurs(hook.HookName)).ToList();
        if (holding is [])
        {
            return;
        }

        var found = await finder.FindAsync(instance!, clusters, NodeSearch.All, cancellationToken);
        var noted = AnnotationOf(found);
        foreach (var hook in holding.Where(hook => options.LifecycleHooks.IsNamed(hook.HookName) || noted?.Hooks.Contains(new(waiting.AutoScalingGroupName, hook.HookName)) is true))
        {
            var record = sweep.Messages.Lifecycle(scope, waiting, hook);
            if (hook.Transition == LifecycleStates.Launching)
            {
                if (IsLaunched(waiting, instance!, found, sweep))
                {
                    sweep.Begin(record, instance!.LaunchedAt);
                }
            }
            else if (IsForgotten(found, noted, sweep) && await IsHeldByAsync(scope, waiting, instance!, hook, cancellationToken))
            {
                sweep.Resume(record, noted);
            }
        }
    }

    /// <summary>A change whose drain should have begun, and whose message was not worked on.</summary>
    public async Task FindDueAsync(AwsScope scope, ScheduledEvent change, Instance? instance, NodeFinder finder, SweepState sweep, CancellationToken cancellationToken)
    {
        if (Candidates(instance, scope) is { } clusters && change.NotBefore is { } notBefore
            && await finder.FindAsync(instance!, clusters, NodeSearch.All, cancellationToken) is FoundNode.Here here
            && (AnnotationOf(here) is not { } noted || !noted.Kinds.Contains(InterruptionKind.ScheduledChange) || await IsUnfinishedAsync(here.Target, here.Node, noted, sweep, cancellationToken)))
        {
            sweep.Resume(sweep.Messages.ScheduledChange(scope, change, notBefore), AnnotationOf(here));
        }
    }

    /// <summary>A drain after a recommendation whose chain is dead; the other kinds are found by what AWS says, and an order that a node remembers is none.</summary>
    public async Task FindAnnotatedAsync(AwsScope scope, AnnotatedNode annotated, SweepState sweep, CancellationToken cancellationToken)
    {
        var (target, noted) = (annotated.Target, annotated.Noted);
        if (annotated.Instance is { Life: InstanceLife.Running } && !noted.IsStaleOn(annotated.Node, target.InstanceId) && noted.IsSealed && noted.Kinds.Contains(InterruptionKind.RebalanceRecommendation)
            && await IsUnfinishedAsync(target, annotated.Node, noted, sweep, cancellationToken))
        {
            sweep.Resume(sweep.Messages.Rebalance(scope, target.InstanceId), noted);
        }
    }

    private ClusterChoice.Candidates? Candidates(Instance? instance, AwsScope scope) =>
        instance is not null && InstanceOwnership.WhyForeign(instance, options) is null ? ClusterChoice.Of(instance, scope, options) as ClusterChoice.Candidates : null;

    private InterruptionAnnotation? AnnotationOf(FoundNode found) => found is FoundNode.Here(var target, var node) ? annotations.Read(node, target.InstanceId) : null;

    // With ON_TIMEOUT=leave a hook goes on waiting after its drain has ended; that is what was asked for.
    private bool IsForgotten(FoundNode found, InterruptionAnnotation? noted, SweepState sweep) => found switch
    {
        FoundNode.Nowhere(_, var proven) => proven,
        FoundNode.Ambiguous => false,
        _ when sweep.IsAlive(noted) => false,
        _ => noted is null || noted.Deadline > sweep.Now || options.OnTimeout is not TimeoutReply.Leave,
    };

    // On the way into a warm pool the state does not tell whether the instance comes from service or from its launch; what Auto
    // Scaling answers to a heartbeat does. Only the first is to be drained.
    private async Task<bool> IsHeldByAsync(AwsScope scope, GroupInstance waiting, Instance instance, LifecycleHook hook, CancellationToken cancellationToken) =>
        !waiting.IsIntoWarmPool
        || await writePorts.For(GroupSettings.Of(options, instance.Tags).Options).Aws.In(scope).AutoScaling.RecordLifecycleActionHeartbeatAsync(new(waiting.AutoScalingGroupName, hook.HookName, waiting.InstanceId, null), cancellationToken);

    // A launch is waited for by its own message; the sweep only answers where the answer is clear.
    private bool IsLaunched(GroupInstance waiting, Instance instance, FoundNode found, SweepState sweep) => found switch
    {
        _ when waiting.LifecycleState.StartsWith("Warmed:", StringComparison.Ordinal) => true,
        FoundNode.Here(_, var node) when node.IsReadySince(instance.LaunchedAt) => true,
        _ => options.OnLaunchTimeout is not TimeoutReply.Leave && sweep.Now - instance.LaunchedAt > options.MaxDrainDuration,
    };

    private async Task<bool> IsUnfinishedAsync(TargetNode target, V1Node node, InterruptionAnnotation noted, SweepState sweep, CancellationToken cancellationToken) =>
        !sweep.IsAlive(noted) && noted.Deadline > sweep.Now && noted.Chain != Chain.None
        && !(await drainer.PlanAsync(target, node, noted.Hint, options, cancellationToken)).IsComplete;
}
