namespace DrainerFunction.Aws;

/// <summary>An instance as EC2 describes it.</summary>
internal sealed record Instance
{
    public required string InstanceId { get; init; }

    public required InstanceLife Life { get; init; }

    public string? PrivateDnsName { get; init; }

    public bool IsSpot { get; init; }

    /// <summary>It runs in an interruptible capacity reservation.</summary>
    public bool IsInterruptible { get; init; }

    /// <summary>The Capacity Block that it runs in; null in none.</summary>
    public string? CapacityBlock { get; init; }

    /// <summary>The service that operates it (<c>eks.amazonaws.com</c> for EKS Auto Mode), or null.</summary>
    public string? OperatedBy { get; init; }

    public DateTimeOffset? LaunchedAt { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Its Auto Scaling group, by a tag that EC2 sets, and no sender and no node can.</summary>
    public string? Group => Tags.GetValueOrDefault("aws:autoscaling:groupName");

    /// <summary>EC2 takes it down, or has.</summary>
    public bool IsGoing => Life is not (InstanceLife.Pending or InstanceLife.Running);

    /// <summary>Nothing runs on it any more.</summary>
    public bool IsOff => Life is InstanceLife.Stopped or InstanceLife.Terminated;
}

/// <summary>EC2's instance-state-name, in the order in which an instance goes through them.</summary>
internal enum InstanceLife
{
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}
