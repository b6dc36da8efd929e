using DrainerFunction.Planning;

namespace DrainerFunction.Draining;

/// <summary>Everything that a human asks after a drain; of this invocation only.</summary>
internal sealed record DrainReport
{
    /// <summary>False when the cluster never said which pods there are: then they must not be reported as gone.</summary>
    public required bool PodsWereListed { get; init; }

    /// <summary>Every pod that was seen, in the order in which it was.</summary>
    public required IReadOnlyList<PodReport> Pods { get; init; }

    /// <summary>Requests to the API server, those of the volumes included; the finder's and the cordon's are not.</summary>
    public required int RequestsSent { get; init; }

    /// <summary>Those among them that had to be sent again: held, refused, overloaded, failed.</summary>
    public required int Retries { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Until the deadline; negative when it has passed.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>How long the end of the drain waited for volumes to be detached.</summary>
    public TimeSpan VolumesWaited { get; init; }

    /// <summary>Volumes of drained pods that were still attached when that wait was over.</summary>
    public int VolumesStillAttached { get; init; }

    /// <summary>What the API server last failed with, if it did.</summary>
    public string? Trouble { get; init; }

    public TimeSpan TimeUsed => EndedAt - StartedAt;

    public IEnumerable<PodReport> Evicted => Pods.Where(pod => pod is { WasAccepted: true, BypassedObstacle: null });

    public IEnumerable<PodReport> Deleted => Pods.Where(pod => pod is { WasAccepted: true, BypassedObstacle: not null });

    public IEnumerable<PodReport> GraceCut => Pods.Where(pod => pod is { WasAccepted: true, GraceWasCut: true });

    /// <summary>Still on the node and none of the drain's business.</summary>
    public IEnumerable<PodReport> Left => Pods.Where(pod => pod is { GoneAt: null, Disposition: Disposition.Leave });

    /// <summary>Still on the node although they should have gone.</summary>
    public IEnumerable<PodReport> Remaining => Pods.Where(pod => pod.GoneAt is null && pod.Disposition is not Disposition.Leave);

    public IEnumerable<PodReport> Stuck => Pods.Where(pod => pod is { GoneAt: null, IsStuck: true });

    /// <summary>Past what pods were deleted: a budget as namespace/name, or what else refused, in words.</summary>
    public IEnumerable<string> BypassedObstacles => Deleted.Select(pod => pod.BypassedObstacle!.Contains(' ') ? pod.BypassedObstacle : $"{pod.Name.Namespace}/{pod.BypassedObstacle}").Distinct();

    /// <summary>Those that should have gone and were still there at the end, in one line; empty where none was.</summary>
    public string Outlived => NamesOf(Remaining);

    public DateTimeOffset? LastAccepted => Pods.Max(pod => pod.AcceptedAt);

    /// <summary>The first five by name.</summary>
    public static string NamesOf(IEnumerable<PodReport> pods) => string.Join(", ", pods.Take(5).Select(pod => $"{pod.Name}")) + (pods.Skip(5).Any() ? ", …" : "");

    public DateTimeOffset? LastPodGone => Pods.Max(pod => pod.GoneAt);
}
