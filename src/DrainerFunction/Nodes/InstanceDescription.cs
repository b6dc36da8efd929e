using DrainerFunction.Aws;

namespace DrainerFunction.Nodes;

/// <summary>What AWS says of one instance, in one look.</summary>
/// <param name="Instance">Null when DescribeInstances did not list it.</param>
/// <param name="InGroup">Its Auto Scaling group and state; null when it is in none, or it was not asked for.</param>
/// <param name="Scheduled">Its next scheduled event that is not over.</param>
internal sealed record InstanceDescription(Instance? Instance, GroupInstance? InGroup, ScheduledEvent? Scheduled)
{
    /// <summary>Why its group could not be asked, where it was to be; EC2's words stand nevertheless.</summary>
    public AwsCallException? GroupRefusal { get; init; }

    /// <summary>Its group was not asked, since Auto Scaling answers the heartbeats of its hook.</summary>
    public bool IsKnownToWait { get; init; }

    /// <summary>What its Spot request says, asked only where a warning's moment has passed; null where it was not asked or has none.</summary>
    public string? SpotStatus { get; init; }

    /// <summary>It had scheduled events, and none of them happened or will.</summary>
    public bool WasCanceled { get; init; }
}
