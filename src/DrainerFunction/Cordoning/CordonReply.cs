using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>What became of a cordon. A closed set.</summary>
internal abstract record CordonReply
{
    private CordonReply() { }

    /// <param name="Node">The node as it is now; in a dry run as it was.</param>
    /// <param name="Noted">What the node remembers, everything merged; in a dry run what it would.</param>
    /// <param name="ClaimedStarted">The started notice is this invocation's to send.</param>
    public sealed record Cordoned(V1Node Node, InterruptionAnnotation Noted, bool ClaimedStarted) : CordonReply
    {
        /// <summary>What the node remembered before; null where nothing that still holds.</summary>
        public InterruptionAnnotation? Before { get; init; }

        /// <summary>What could not be written, by whose word, and what is done without it; null where all was.</summary>
        public string? Refused { get; init; }
    }

    public sealed record NodeGone : CordonReply;

    /// <summary>The node's providerID names another instance: it is not touched.</summary>
    public sealed record NotThisInstance(string? ProviderId) : CordonReply;

    /// <summary>The machine has started anew since the interruption: it is not touched, and what was done to it can be undone.</summary>
    public sealed record ThreatPassed(V1Node Node, string Why) : CordonReply;
}
