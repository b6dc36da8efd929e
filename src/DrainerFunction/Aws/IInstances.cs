namespace DrainerFunction.Aws;

internal interface IInstances
{
    /// <summary>One DescribeInstances by the <c>instance-id</c> filter: unknown ids are simply absent from the answer.</summary>
    /// <exception cref="AwsCallException">The call failed; never read it as "no such instance".</exception>
    Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);

    /// <summary>The instances that run in a capacity reservation.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<Instance>> DescribeReservedAsync(string reservationId, CancellationToken cancellationToken);

    /// <summary>When a capacity reservation ends, as it is now; null where EC2 knows no such one, or no end of it.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<DateTimeOffset?> DescribeReservationEndAsync(string reservationId, CancellationToken cancellationToken);

    /// <summary>What the Spot requests of these instances say, as <c>fulfilled</c> or <c>marked-for-termination</c>, by instance id.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyDictionary<string, string>> DescribeSpotStatusAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);

    /// <summary>Every running instance with a tag of one of these keys, for the sweep; * stands for anything.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken);

    /// <summary>The scheduled events that DescribeInstanceStatus still lists for these instances.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);

    /// <summary>Every instance with a scheduled event, for the sweep.</summary>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken);
}

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

/// <param name="Code">instance-reboot, system-reboot, system-maintenance, instance-retirement, instance-stop.</param>
/// <param name="Description">Begins with [Completed] or [Canceled] once it is over.</param>
internal sealed record ScheduledEvent(string InstanceId, string EventId, string Code, string Description, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter)
{
    public bool IsOver => IsCanceled || Description.StartsWith("[Completed]", StringComparison.OrdinalIgnoreCase);

    public bool IsCanceled => Description.StartsWith("[Canceled]", StringComparison.OrdinalIgnoreCase);
}
