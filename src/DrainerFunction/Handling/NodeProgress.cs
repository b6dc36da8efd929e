using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>One node and what was done to it for one interruption in this invocation, as far as it has come.</summary>
/// <param name="Node">As it was last read.</param>
/// <param name="Confirmed">The messages it is done for.</param>
internal sealed record NodeProgress(TargetNode Target, V1Node Node, IReadOnlyList<ReceivedInterruption> Confirmed)
{
    /// <summary>When the node had been found; null where nothing is to be timed.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What the node remembers; null when it was not cordoned for this.</summary>
    public InterruptionAnnotation? Annotation { get; init; }

    public DateTimeOffset? CordonedAt { get; init; }

    /// <summary>What the node was to be cordoned for; null where that was not decided.</summary>
    public CordonOrder? Order { get; init; }

    public Bounds? Bounds => Order?.Bounds;

    public DrainReport? Drain { get; init; }
}
