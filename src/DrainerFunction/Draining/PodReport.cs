using DrainerFunction.ApiServer;
using DrainerFunction.Planning;

namespace DrainerFunction.Draining;

/// <summary>What became of one pod.</summary>
internal sealed record PodReport
{
    public required PodName Name { get; init; }

    /// <summary>The last plan's word about it.</summary>
    public required Disposition Disposition { get; init; }

    /// <summary>How often it was asked for.</summary>
    public int Requests { get; init; }

    /// <summary>For the first time.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public DateTimeOffset? TerminatingAt { get; init; }

    public DateTimeOffset? GoneAt { get; init; }

    public bool GraceWasCut { get; init; }

    /// <summary>The budget or webhook that held it last.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Past what it was deleted: a budget's name, or what else refused, in words.</summary>
    public string? BypassedObstacle { get; init; }

    public bool IsStuck { get; init; }

    /// <summary>A request about it that failed or was not answered: only the watch shows whether it was taken.</summary>
    public PodRequest? Lost { get; init; }

    public bool WasAccepted => AcceptedAt is not null;
}
