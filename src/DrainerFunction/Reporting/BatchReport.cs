using DrainerFunction.ApiServer;

namespace DrainerFunction.Reporting;

/// <summary>What one invocation had to do with its messages and with the services it called; filled in while it works.</summary>
internal sealed class BatchReport
{
    public required string RequestId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>0 for a direct invocation.</summary>
    public int Messages { get; init; }

    /// <summary>How long the oldest message had been in the queue; null where SQS did not tell.</summary>
    public TimeSpan? QueueAge { get; init; }

    /// <summary>True for the first invocation of a process.</summary>
    public bool IsColdStart { get; init; }

    public int Ignored { get; set; }

    public int Malformed { get; set; }

    /// <summary>Messages that were sent on to the next invocation.</summary>
    public int SentOn { get; set; }

    /// <summary>Messages that are received again.</summary>
    public int Failed { get; set; }

    /// <summary>Requests to the API servers of all clusters.</summary>
    public int ApiRequests { get; set; }

    /// <summary>Answers of AWS and of API servers that asked for fewer requests, each attempt counted.</summary>
    public int CallsThrottled { get; set; }

    /// <summary>Clusters that could not be reached or refused the function, each once an invocation.</summary>
    public IReadOnlySet<ClusterName> Unreachable => _unreachable;

    private readonly HashSet<ClusterName> _unreachable = [];

    public void CouldNotReach(ClusterName cluster) => _unreachable.Add(cluster);
}
