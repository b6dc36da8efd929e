using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>What is known before anything is touched: whose the instance is, whether AWS agrees, and where its node is.</summary>
internal abstract record Resolution
{
    private Resolution()
    {
    }

    /// <param name="Confirmed">The messages that AWS agrees with; the others come back later, or are answered already.</param>
    public sealed record Ready(TargetNode Target, V1Node Node, Instance Instance, IReadOnlyList<ReceivedInterruption> Confirmed) : Resolution
    {
        /// <summary>What is to be done for a health event that was closed, where nothing else is; null without one.</summary>
        public Resolution? Over { get; init; }
    }

    public sealed record NoNode(string Why, bool Proven, IReadOnlyList<ReceivedInterruption> Confirmed) : Resolution;

    /// <summary>Acknowledged, hook and node untouched.</summary>
    public sealed record LeftAlone(InterruptionOutcome Outcome, string Why) : Resolution;

    public sealed record NotYet(InterruptionOutcome Outcome, string Why, TimeSpan LookAgainAfter) : Resolution;

    /// <summary>The health event was closed: what we did for it is undone.</summary>
    /// <param name="Target">The node.</param>
    /// <param name="Node">As it was read.</param>
    /// <param name="Undo">How much is taken back.</param>
    /// <param name="Why">For the operator.</param>
    public sealed record Closed(TargetNode Target, V1Node Node, UncordonPatch Undo, string Why) : Resolution;

    /// <summary>Only the operator can help: the message is kept for the dead-letter queue.</summary>
    public sealed record Misconfigured(string Why) : Resolution;
}
