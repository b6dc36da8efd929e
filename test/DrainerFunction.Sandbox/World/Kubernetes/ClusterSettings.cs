namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>What one simulated cluster is called, who may do what in it, and how long things take in it.</summary>
internal sealed record ClusterSettings
{
    public required string Name { get; init; }

    public string Region { get; init; } = "eu-central-1";

    public string Version { get; init; } = "v1.36.1-eks-5d0a9c1";

    /// <summary>Roles and bindings as YAML documents (deploy/rbac.yaml); null grants nothing beyond discovery to anybody but system:masters.</summary>
    public string? Rbac { get; init; }

    /// <summary>Admission policies as YAML documents (deploy/admission.yaml); null: none.</summary>
    public string? Admission { get; init; }

    /// <summary>The group whose members the world judges.</summary>
    public string JudgedGroup { get; init; } = "node-drainer";

    /// <summary>From power on until the node is registered and Ready.</summary>
    public TimeSpan NodeBoot { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan Scheduling { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>From binding to Ready, unless the pod says <c>sandbox/starts-in</c>.</summary>
    public TimeSpan PodStart { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From SIGTERM to the end of the last container, unless the pod says <c>sandbox/stops-in</c>.</summary>
    public TimeSpan PodStop { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a controller takes to notice a change.</summary>
    public TimeSpan ControllerLatency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The node monitor's grace period: silence of a kubelet until its node is NotReady.</summary>
    public TimeSpan NodeMonitorGrace { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How often the cloud's node controller looks for nodes without an instance.</summary>
    public TimeSpan CloudNodeCheck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long pods of a node that no longer exists are left before they are collected.</summary>
    public TimeSpan OrphanedPodQuarantine { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>From the end of a pod until its volumes are detached from the node.</summary>
    public TimeSpan VolumeDetach { get; init; } = TimeSpan.FromSeconds(6);

    public TimeSpan BookmarkEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many changes a watch may lie behind before it is told 410.</summary>
    public int HistoryLength { get; init; } = 10_000;

    /// <summary>How many requests of the judged group may be under way at once; null is without a bound.</summary>
    public int? Seats { get; init; }

    /// <summary>How long the API server works on each request before it answers.</summary>
    public TimeSpan AnswersIn { get; init; }

    public int PodCapacity { get; init; } = 58;
}
