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

/// <param name="Code">instance-reboot, system-reboot, system-maintenance, instance-retirement, instance-stop.</param>
/// <param name="Description">Begins with [Completed] or [Canceled] once it is over.</param>
internal sealed record ScheduledEvent(string InstanceId, string EventId, string Code, string Description, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter)
{
    public bool IsOver => IsCanceled || Description.StartsWith("[Completed]", StringComparison.OrdinalIgnoreCase);

    public bool IsCanceled => Description.StartsWith("[Canceled]", StringComparison.OrdinalIgnoreCase);
}
