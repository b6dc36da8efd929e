using DrainerFunction.Continuations;
using DrainerFunction.Lifecycle;

namespace DrainerFunction.Handling;

/// <summary>What one instance's result says of one message: its fate, and what it must remember if it is sent on.</summary>
internal sealed record MessageResult(MessageFate Fate, Chain Chain, DateTimeOffset? CompleteAt = null)
{
    /// <summary>The instance, where AWS has agreed with this message about it; otherwise none.</summary>
    public IReadOnlyList<string> Confirmed { get; init; } = [];

    /// <summary>When the timeout of its lifecycle hook last began to run, as far as known.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>The hooks of other chains that its drain keeps waiting.</summary>
    public IReadOnlyList<RememberedHook> Hooks { get; init; } = [];

    /// <summary>The hooks of other chains that were left to its drain, which does not take place: each gets a message of its own again.</summary>
    public IReadOnlyList<RememberedHook> HooksGivenBack { get; init; } = [];

    /// <summary>When the machine was first seen to be going; null while it is not.</summary>
    public DateTimeOffset? GoingSince { get; init; }

    /// <summary>The node that is worked on for this message; null where AWS has not confirmed it, or there is none.</summary>
    public NodeReference? Node { get; init; }
}
