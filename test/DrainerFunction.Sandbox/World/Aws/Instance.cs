namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>An instance as DescribeInstances shows it at one moment.</summary>
internal sealed record Instance
{
    public required string InstanceId { get; init; }

    public required InstanceState State { get; init; }

    public required string PrivateDnsName { get; init; }

    public required string PrivateIpAddress { get; init; }

    public required string AvailabilityZone { get; init; }

    public required string InstanceType { get; init; }

    public required string ImageId { get; init; }

    public required string ReservationId { get; init; }

    public required DateTimeOffset LaunchTime { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public bool IsSpot { get; init; }

    public string? SpotInstanceRequestId { get; init; }

    /// <summary>What its Spot request says; null without one.</summary>
    public SpotStatus? SpotStatus { get; init; }

    /// <summary>How long its operating system takes to go down; null: as all do.</summary>
    public TimeSpan? ShutdownTime { get; init; }

    /// <summary>The service that operates it: eks.amazonaws.com for EKS Auto Mode.</summary>
    public string? Operator { get; init; }

    /// <summary>The reservation that it runs in.</summary>
    public string? CapacityReservationId { get; init; }

    /// <summary>instanceLifecycle of an instance that is no Spot instance: capacity-block, interruptible-capacity-reservation or none.</summary>
    public string? OtherLifecycle { get; init; }

    public string? Lifecycle => IsSpot ? "spot" : OtherLifecycle;

    /// <summary>As in "Server.SpotInstanceTermination: …".</summary>
    public string? StateReasonCode { get; init; }

    public string? StateReasonMessage { get; init; }

    public string StateTransitionReason { get; init; } = "";

    public IReadOnlyList<ScheduledEvent> Events { get; init; } = [];

    /// <summary>The cluster that it joins at boot; not a part of EC2's answer.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The name of its node; not a part of EC2's answer.</summary>
    public required string NodeName { get; init; }

    /// <summary>What EC2 tells: the name is taken away with the interface, from shutting-down on. Its node keeps the name it has.</summary>
    public string DescribedDnsName => State is InstanceState.ShuttingDown or InstanceState.Terminated ? "" : PrivateDnsName;

    public Machine Machine => new(InstanceId, PrivateDnsName, AvailabilityZone, ClusterName, NodeName);

    public bool IsGoingDown => State is InstanceState.ShuttingDown or InstanceState.Terminated or InstanceState.Stopping or InstanceState.Stopped;
}

/// <summary>The numbers are EC2's codes.</summary>
internal enum InstanceState
{
    Pending = 0,
    Running = 16,
    ShuttingDown = 32,
    Terminated = 48,
    Stopping = 64,
    Stopped = 80,
}

internal static class InstanceStates
{
    public static string Name(this InstanceState state) => state == InstanceState.ShuttingDown ? "shutting-down" : state.ToString().ToLowerInvariant();
}

/// <param name="Code">instance-reboot, system-reboot, system-maintenance, instance-retirement or instance-stop.</param>
/// <param name="Description">Begins with [Completed] or [Canceled] once it is over.</param>
internal sealed record ScheduledEvent(string EventId, string Code, string Description, DateTimeOffset NotBefore, DateTimeOffset? NotAfter, string HealthEventArn)
{
    public bool IsOver => Description.StartsWith('[');
}

internal sealed record InstanceStateChange(string InstanceId, InstanceState Previous, InstanceState Current);

/// <summary>What to start.</summary>
internal sealed record InstanceSpec
{
    public string InstanceType { get; init; } = "m6i.large";

    public string ImageId { get; init; } = "ami-0abcdef1234567890";

    /// <summary>Null: one of the region's three, in turn.</summary>
    public string? AvailabilityZone { get; init; }

    public bool IsSpot { get; init; }

    public string? Operator { get; init; }

    public string? Lifecycle { get; init; }

    public string? CapacityReservationId { get; init; }

    public TimeSpan? ShutdownTime { get; init; }

    public string? ClusterName { get; init; }

    /// <summary>Null: the private DNS name.</summary>
    public string? NodeName { get; init; }

    /// <summary>Null: drawn.</summary>
    public string? InstanceId { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>It runs, and its node has joined, from the beginning: for the first picture of a scenario.</summary>
    public bool AlreadyRunning { get; init; }

    /// <summary>Of one that runs already: how long from now its node joins; null: it has.</summary>
    public TimeSpan? JoinsIn { get; init; }
}

/// <param name="Name">instance-id, tag:KEY, tag-key, private-dns-name, instance-state-name, …</param>
/// <param name="Values">Alternatives; * and ? stand for anything.</param>
internal sealed record Ec2Filter(string Name, params IReadOnlyList<string> Values);

internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken);
