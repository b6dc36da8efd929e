using DrainerFunction.ApiServer;
using DrainerFunction.DirectInvocations.Check.Readiness;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What was seen of one cluster.</summary>
internal sealed record ClusterFacts
{
    public required ClusterName Cluster { get; init; }

    /// <summary>Why it could not be asked anything at all; null where it answered.</summary>
    public ClusterBarrier? Barrier { get; init; }

    /// <summary>Rights that the function has not got there.</summary>
    public Observation<IReadOnlyList<ClusterRight>> Missing { get; init; } = new([], null);

    public Observation<IReadOnlyList<string>> Policies { get; init; } = new([], null);

    public Observation<IReadOnlyList<AdmissionWebhook>> Webhooks { get; init; } = new([], null);

    /// <summary>Nodes whose instance lacks the managed tag and that no other controller looks after.</summary>
    public IReadOnlyList<string> NodesWithoutTag { get; init; } = [];

    /// <summary>Managed instances that name this cluster, run for a while and are none of its nodes.</summary>
    public IReadOnlyList<string> InstancesWithoutNode { get; init; } = [];

    /// <summary>Pods of the Node Termination Handler.</summary>
    public int TerminationHandlers { get; init; }

    public required Observation<ClusterReadiness> Readiness { get; init; }
}

/// <param name="Kind">At which step.</param>
/// <param name="Sentence">What the step answered, with a hint.</param>
internal sealed record ClusterBarrier(ClusterBarrierKind Kind, string Sentence);

/// <summary>The steps on the way into a cluster, in their order.</summary>
internal enum ClusterBarrierKind
{
    /// <summary>EKS has no cluster of that name.</summary>
    Unknown,

    /// <summary>EKS does not let the role describe it.</summary>
    NotDescribed,

    /// <summary>It was too busy to answer, or there was no time left to ask.</summary>
    Unanswered,

    /// <summary>No connection, no answer, or a certificate of another cluster.</summary>
    Unreachable,

    /// <summary>401.</summary>
    NotRecognized,
}
