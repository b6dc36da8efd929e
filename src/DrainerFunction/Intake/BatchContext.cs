using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;

namespace DrainerFunction.Intake;

/// <summary>What the instances of one batch share: one look at EC2, one list of a cluster's nodes, one barrier, one end.</summary>
/// <param name="Descriptions">What AWS says of the instances.</param>
/// <param name="Nodes">Where their nodes are.</param>
/// <param name="Arrivals">Those that are still to come.</param>
/// <param name="Barrier">No eviction before all of a cluster are cordoned.</param>
/// <param name="Report">What the invocation says of itself at its end.</param>
/// <param name="WorkEnds">When the invocation's time for work is spent: a wait that ends later hops at once.</param>
/// <param name="Spent">Cancelled when the invocation's time for work is spent.</param>
/// <param name="Acknowledging">Cancelled when the invocation is about to be ended by Lambda.</param>
internal sealed record BatchContext(
    InstanceDescriptions Descriptions,
    NodeFinder Nodes,
    NodeArrivals Arrivals,
    CordonBarrier Barrier,
    BatchReport Report,
    DateTimeOffset WorkEnds,
    CancellationToken Spent,
    CancellationToken Acknowledging)
{
    private static readonly TimeSpan HandingOver = TimeSpan.FromSeconds(1);

    /// <summary>Whether nothing else takes memory.</summary>
    public bool IsOfOne { get; init; }

    /// <summary>Until when something may be waited for here that is worth it until then: a moment before the work ends, so that what was learned is handed over.</summary>
    public DateTimeOffset EndOf(DateTimeOffset bound) => WorkEnds - HandingOver < bound ? WorkEnds - HandingOver : bound;

    /// <summary>Kubernetes events that are still being written, while their messages are settled; awaited before the batch is answered.</summary>
    public List<Task> EventFlushes { get; } = [];

    /// <summary>What became of each instance, in the order in which they ended.</summary>
    public List<InterruptionReport> Reports { get; } = [];

    public string RequestId => Report.RequestId;

    public DateTimeOffset ReceivedAt => Report.ReceivedAt;
}
