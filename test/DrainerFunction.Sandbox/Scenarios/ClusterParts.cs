namespace DrainerFunction.Sandbox.Scenarios;

internal sealed record ClusterPart
{
    public string Name { get; set; } = "";

    public string? Account { get; set; }

    public string? Region { get; set; }

    /// <summary>Whether the function's role has an access entry.</summary>
    public bool Access { get; set; } = true;

    /// <summary>Whether deploy/admission.yaml was applied, too.</summary>
    public bool Admission { get; set; } = true;

    /// <summary>right, wrong-host, foreign-authority or unreachable.</summary>
    public string Endpoint { get; set; } = "right";

    /// <summary>How many requests of the function may be under way at once; one more is answered 429.</summary>
    public int? Seats { get; set; }

    /// <summary>Rights of deploy/rbac.yaml that the function has not got there: <c>create pods/eviction</c>.</summary>
    public List<string> Without { get; set; } = [];

    /// <summary>Objects as YAML documents that are there from the beginning, deploy/rbac-check.yaml for instance.</summary>
    public string? Objects { get; set; }

    /// <summary>Whether deploy/rbac-check.yaml is applied.</summary>
    public bool CheckRole { get; set; }

    /// <summary>How long its API server works on each request.</summary>
    public TimeSpan AnswersIn { get; set; }
}

internal sealed record GroupPart
{
    public string Name { get; set; } = "";

    public string? Cluster { get; set; }

    /// <summary>Names for its first instances, ranges allowed; their number is the desired capacity.</summary>
    public List<string> Instances { get; set; } = [];

    /// <summary>Their instance ids, in the same order; by default drawn.</summary>
    public List<string> Ids { get; set; } = [];

    public bool Spot { get; set; }

    /// <summary>In an interruptible capacity reservation, whose owner may take it back.</summary>
    public bool Interruptible { get; set; }

    /// <summary>The id of the Capacity Block (cr-…) that it runs in.</summary>
    public string? CapacityBlock { get; set; }

    public bool CapacityRebalance { get; set; }

    /// <summary>With a warm pool of stopped instances into which it scales in, and out of which it scales out.</summary>
    public bool WarmPool { get; set; }

    /// <summary>From stopping or shutting-down until its machines are off: 15 s, up to 80 s were seen.</summary>
    public TimeSpan? GoesIn { get; set; }

    /// <summary>Whether its first instances have become nodes.</summary>
    public bool Joined { get; set; } = true;

    /// <summary>From the beginning until its first instances become nodes: they were launched just now.</summary>
    public TimeSpan? JoinsIn { get; set; }

    /// <summary>Whether its instances carry the tag of MANAGED_TAG.</summary>
    public bool Managed { get; set; } = true;

    /// <summary>Where that tag comes from: group, group-alone (it is not propagated, the instances lack it) or template (the group itself lacks it).</summary>
    public string TaggedBy { get; set; } = "group";

    public Dictionary<string, string> Tags { get; set; } = [];

    public List<HookPart> Hooks { get; set; } = [];
}

internal sealed record HookPart
{
    public string Name { get; set; } = "";

    /// <summary>terminate or launch.</summary>
    public string On { get; set; } = "terminate";

    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>CONTINUE or ABANDON.</summary>
    public string Default { get; set; } = "CONTINUE";
}

internal sealed record InstancePart
{
    public string Name { get; set; } = "";

    /// <summary>By default drawn.</summary>
    public string? Id { get; set; }

    public string? Cluster { get; set; }

    public string? Account { get; set; }

    public string? Region { get; set; }

    public bool Spot { get; set; }

    /// <summary>In an interruptible capacity reservation, whose owner may take it back.</summary>
    public bool Interruptible { get; set; }

    /// <summary>The id of the Capacity Block (cr-…) that it runs in.</summary>
    public string? CapacityBlock { get; set; }

    public bool Managed { get; set; } = true;

    /// <summary>From stopping or shutting-down until the machine is off: 15 s, up to 80 s were seen.</summary>
    public TimeSpan? GoesIn { get; set; }

    /// <summary>From the beginning until it becomes a node: it was launched just now.</summary>
    public TimeSpan? JoinsIn { get; set; }

    /// <summary>The name of its node; by default the private DNS name.</summary>
    public string? Node { get; set; }

    public Dictionary<string, string> Tags { get; set; } = [];
}

internal sealed record WorkloadPart
{
    public string Name { get; set; } = "";

    /// <summary>deployment, statefulset, daemonset, job, pod or mirror.</summary>
    public string Kind { get; set; } = "deployment";

    public string? Cluster { get; set; }

    public string Namespace { get; set; } = "default";

    public int Replicas { get; set; } = 1;

    /// <summary>The instance, or the range of instances in turn, on which its pods are in the beginning.</summary>
    public string? On { get; set; }

    public TimeSpan? Grace { get; set; }

    public TimeSpan? StopsIn { get; set; }

    public TimeSpan? StartsIn { get; set; }

    public string? Priority { get; set; }

    /// <summary>With an emptyDir volume.</summary>
    public bool LocalData { get; set; }

    /// <summary>Its readiness probe fails for ever.</summary>
    public bool NeverReady { get; set; }

    public List<string> Finalizers { get; set; } = [];

    /// <summary>Persistent volume claims.</summary>
    public List<string> Claims { get; set; } = [];

    /// <summary>Generic ephemeral volumes: each pod has claims of its own, which go with it.</summary>
    public List<string> Ephemeral { get; set; } = [];

    /// <summary>Succeeded or Failed: its pods have ended before the story begins.</summary>
    public string? Finished { get; set; }

    /// <summary>Tolerates every taint.</summary>
    public bool Tolerates { get; set; }

    /// <summary>Characters of its container's environment, which make a pod as large as Kubernetes' store takes it.</summary>
    public int Environment { get; set; }

    public Dictionary<string, string> Annotations { get; set; } = [];
}

internal sealed record BudgetPart
{
    public string Name { get; set; } = "";

    public string? Cluster { get; set; }

    public string Namespace { get; set; } = "default";

    /// <summary>The workload whose pods it protects.</summary>
    public string Of { get; set; } = "";

    /// <summary>A number or a percentage.</summary>
    public string? MinAvailable { get; set; }

    public string? MaxUnavailable { get; set; }

    /// <summary>AlwaysAllow or IfHealthyBudget.</summary>
    public string? Unhealthy { get; set; }
}
