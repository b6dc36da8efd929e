using DrainerFunction.Continuations;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>What people are told about a drain. A closed set.</summary>
/// <param name="Report">The drain, as far as it has come.</param>
/// <param name="RequestId">The invocation that tells it.</param>
/// <param name="Word">started, finished or failed.</param>
internal abstract record Notice(InterruptionReport Report, string RequestId, string Word)
{
    /// <summary>The drain that was told to begin; the same in all its notices, also where a younger message has taken it over since.</summary>
    public string? InterruptionId => Report.ToldBy is { } chain ? new Chain(chain).Root.Name : Report.InterruptionId;

    /// <summary>The same whenever the same notice is sent again, so that a receiver can drop the repeat.</summary>
    public string Id => $"{InterruptionId ?? Report.InstanceId}.{Word}";

    /// <summary>What an incident tool does with it: one incident a drain, closed when it is drained.</summary>
    public string Action => this is Finished ? "resolve" : "trigger";

    /// <summary>As incident tools word it.</summary>
    public string Severity => this is Failed ? "critical" : "info";

    /// <summary>The node was cordoned and its pods are now asked to leave.</summary>
    public sealed record Started(InterruptionReport Report, string RequestId) : Notice(Report, RequestId, "started");

    /// <summary>Nothing that could be evicted is left.</summary>
    public sealed record Finished(InterruptionReport Report, string RequestId) : Notice(Report, RequestId, "finished");

    /// <summary>The time was over and pods were left.</summary>
    public sealed record Failed(InterruptionReport Report, string RequestId) : Notice(Report, RequestId, "failed");

    /// <summary>The notice of a drain that is over for good; null for every other ending.</summary>
    public static Notice? OfEnd(InterruptionReport report, string requestId) => report.Outcome switch
    {
        InterruptionOutcome.DeadlineMissed => new Failed(report, requestId),
        InterruptionOutcome.AlreadyHandled when report.Drain?.Remaining.Any() is true => new Failed(report, requestId),
        InterruptionOutcome.Drained or InterruptionOutcome.AlreadyHandled => new Finished(report, requestId),
        _ => null,
    };
}
