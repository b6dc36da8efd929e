using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>What a cordon is told: the interruptions of one instance, merged as far as this batch knows them.</summary>
internal sealed record CordonOrder
{
    public required TargetNode Target { get; init; }

    /// <summary>The node as the finder has read it.</summary>
    public required V1Node Node { get; init; }

    public required IReadOnlyList<InterruptionKind> Kinds { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required Bounds Bounds { get; init; }

    /// <summary>When the bound of each kind is reached, as the node is to say it.</summary>
    public IReadOnlyDictionary<InterruptionKind, DateTimeOffset> Deadlines { get => field ?? Kinds.ToDictionary(kind => kind, _ => Bounds.End); init; }

    public required Chain Chain { get; init; }

    /// <summary>Its own messages say that EC2 takes the machine.</summary>
    public bool TakesTheMachine => Kinds.Any(kind => kind.TakesTheMachine);

    /// <summary>An earlier invocation of the same message has cordoned the node: it counts where the annotation that said so is gone.</summary>
    public bool WasCordonedByUs { get; init; }

    /// <summary>When the machine was first seen to be going; null while it is not.</summary>
    public DateTimeOffset? GoingSince { get; init; }

    public IReadOnlyList<LifecycleHookName> Hooks { get; init; } = [];

    /// <summary>The groups that the instance can wait in: a hook of another one is not its own, whatever the annotation says. Null where AWS could not be asked.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>The chain and attempt that would send the started notice; null where no webhook is set.</summary>
    public string? StartedBy { get; init; }

    /// <summary>When EC2 last started the instance; a start after <see cref="FirstSeen"/> means that the threat has passed.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }
}
