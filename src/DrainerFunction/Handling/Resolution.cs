using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>What is known before anything is touched: whose the instance is, whether AWS agrees, and where its node is.</summary>
internal abstract record Resolution
{
    private Resolution() { }

    /// <param name="Confirmed">The messages that AWS agrees with; the others come back later, or are answered already.</param>
    public sealed record Found(TargetNode Target, V1Node Node, Instance Instance, IReadOnlyList<ReceivedInterruption> Confirmed) : Resolution
    {
        /// <summary>What a health event that was closed asks for, besides what is to be drained for; null without one.</summary>
        public ClosedScheduledChange? ClosedChange { get; init; }
    }

    public sealed record NoNode(string Why, bool Proven, IReadOnlyList<ReceivedInterruption> Confirmed) : Resolution;

    /// <summary>Acknowledged, hook and node untouched.</summary>
    public sealed record Skipped(InterruptionOutcome Outcome, string Why) : Resolution;

    public sealed record RetryLater(InterruptionOutcome Outcome, string Why, TimeSpan LookAgainAfter) : Resolution;

    /// <summary>Nothing but health events that were closed.</summary>
    public sealed record ChangeClosed(TargetNode Target, V1Node Node, ClosedScheduledChange Change) : Resolution;

    /// <summary>Only the operator can help: the message is kept for the dead-letter queue.</summary>
    public sealed record Misconfigured(string Why) : Resolution;
}
