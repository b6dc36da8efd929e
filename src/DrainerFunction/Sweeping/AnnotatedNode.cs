using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>A node with the function's annotation, and what AWS says of its instance at the same time.</summary>
/// <param name="Target">Its instance is the one that the node runs on now.</param>
internal sealed record AnnotatedNode(TargetNode Target, V1Node Node, InterruptionAnnotation Noted)
{
    public Instance? Instance { get; init; }

    public GroupInstance? InGroup { get; init; }

    public ScheduledEvent? Scheduled { get; init; }

    /// <summary>Why the function's marks are to be taken back; null while they are needed, or it is not known. Pure.</summary>
    /// <param name="options">How long after its deadline a threat counts as passed, and how long before its date a scheduled change is drained for.</param>
    public string? WhyUndo(DateTimeOffset now, DrainerOptions options) => (this, Instance) switch
    {
        _ when Noted.InstanceId != Target.InstanceId => $"the node now runs on another instance; it was cordoned for {Noted.InstanceId}",
        (_, null) => null,
        (_, { Life: InstanceLife.Terminated }) => "its instance is terminated",
        (_, { Life: not InstanceLife.Running }) => null,
        ({ InGroup: { IsInService: false } }, _) => null,
        _ when Node.Spec?.Unschedulable is not true => "its cordon was lifted manually",

        // The operator who asked for it has work to do there and lifts it by hand.
        _ when Noted.Kinds.Contains(InterruptionKind.DrainRequest) => null,
        ({ Scheduled.NotBefore: { } moved }, _) when Noted.Kinds is [InterruptionKind.ScheduledChange] && moved - options.ScheduledChangeLeadTime - now > SweepState.BetweenHops =>
            $"AWS moved its scheduled change to {moved:u}",
        ({ Scheduled: not null }, _) => null,
        (_, var instance) when !Node.IsReadySince(instance.LaunchedAt) => null,
        _ when Noted.IsStaleOn(Node, Target.InstanceId) => "the instance has rebooted and its node is Ready",
        (_, { LaunchedAt: { } started }) when started > Noted.CordonedAt => $"EC2 started the instance again at {started:u} and its node is Ready",
        _ when options.UncordonAfter is { } after && now - Noted.Deadline >= after => $"its deadline passed at {Noted.Deadline:u} and the instance is still running",
        _ => null,
    };
}
