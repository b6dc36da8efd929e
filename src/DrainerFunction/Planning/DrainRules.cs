using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Planning;

/// <summary>What the operator has decided about pods, and what this node's cordon keeps away.</summary>
internal sealed record DrainRules
{
    public bool DeleteLocalData { get; init; } = true;

    public bool IgnoreDaemonSets { get; init; } = true;

    /// <summary>In place of every pod's own; null is the pod's own.</summary>
    public TimeSpan? PodTerminationGracePeriod { get; init; }

    public bool ForceBeforeDeadline { get; init; } = true;

    public bool HonorDoNotDisrupt { get; init; } = true;

    /// <summary>When this node was cordoned; null for a node that is not, as in a dry run.</summary>
    public DateTimeOffset? CordonedAt { get; init; }

    /// <summary>The taints that the cordon put on the node: what tolerates them all can come back.</summary>
    public IReadOnlyList<V1Taint> Barriers { get; init; } = [];

    /// <summary>Since when the node's kubelet has not been heard, or says that it cannot work; null while it is Ready.</summary>
    public DateTimeOffset? NodeNotReadySince { get; init; }

    public static DrainRules From(DrainerOptions options) => new()
    {
        DeleteLocalData = options.DeleteLocalData,
        IgnoreDaemonSets = options.IgnoreDaemonSets,
        PodTerminationGracePeriod = options.PodTerminationGracePeriod,
        ForceBeforeDeadline = options.ForceBeforeDeadline,
        HonorDoNotDisrupt = options.HonorDoNotDisrupt,
    };
}
