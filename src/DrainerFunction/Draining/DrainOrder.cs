using DrainerFunction.Cordoning;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Draining;

/// <summary>What a drain is told. It takes the cordon's reply, so that no node is drained that still takes pods.</summary>
internal sealed record DrainOrder
{
    public required TargetNode Target { get; init; }

    public required CordonReply.Cordoned Cordon { get; init; }

    public required Bounds Bounds { get; init; }

    /// <summary>What holds for this node.</summary>
    public required DrainerOptions Settings { get; init; }

    /// <summary>The machine is already off: each pod is asked, past a refusal where that is allowed, and none is waited for.</summary>
    public bool AskOnce { get; init; }
}
