namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>A persistent volume, by its claim. A claim that no part names is an EBS volume of the CSI driver.</summary>
internal sealed record VolumePart
{
    public string Claim { get; set; } = "";

    public string? Cluster { get; set; }

    public string Namespace { get; set; } = "default";

    /// <summary>ebs, in-tree, efs, local or unbound.</summary>
    public string Kind { get; set; } = World.Kubernetes.VolumeSpec.Ebs;

    public TimeSpan? DetachesIn { get; set; }

    public bool DetachFails { get; set; }
}

/// <summary>A validating webhook that is there from now on.</summary>
internal sealed record WebhookPart
{
    public string Name { get; set; } = "policy.example.com";

    /// <summary>pods/eviction, pods or nodes: writes of these it is asked about.</summary>
    public string On { get; set; } = "pods/eviction";

    /// <summary>Of patches only those that write this: anything, annotations, labels, taints or unschedulable.</summary>
    public string Of { get; set; } = "anything";

    /// <summary>denies, down or passes.</summary>
    public string Does { get; set; } = "denies";

    public string Says { get; set; } = "";

    public int Code { get; set; } = 403;

    /// <summary>How long it takes to answer.</summary>
    public TimeSpan Takes { get; set; }

    public TimeSpan? For { get; set; }

    public string? Cluster { get; set; }
}

/// <summary>The node of an instance is removed and registers anew under its name.</summary>
internal sealed record RegisterPart
{
    public string Instance { get; set; } = "";

    /// <summary>The instance that bears the name from then on; by default the same.</summary>
    public string? As { get; set; }
}

/// <summary>An annotation of that many bytes which somebody else writes on a node.</summary>
internal sealed record AnnotatePart
{
    public string Instance { get; set; } = "";

    public int Bytes { get; set; }
}
