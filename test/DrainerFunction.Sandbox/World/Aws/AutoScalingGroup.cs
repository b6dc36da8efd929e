namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What a group is to be.</summary>
internal sealed record GroupSpec(string Name)
{
    public int MinSize { get; init; }

    public int MaxSize { get; init; } = 10;

    public int DesiredCapacity { get; init; } = 1;

    /// <summary>Of the instances it launches; <see cref="InstanceSpec.AlreadyRunning"/> holds for the first ones only.</summary>
    public InstanceSpec Template { get; init; } = new();

    /// <summary>They go onto the instances too, but for <see cref="TagsThatStay"/>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys of tags with PropagateAtLaunch=false: they stay on the group.</summary>
    public IReadOnlySet<string> TagsThatStay { get; init; } = new HashSet<string>();

    public IReadOnlyList<LifecycleHook> Hooks { get; init; } = [];

    /// <summary>Ids of the first instances it launches; the others' are drawn.</summary>
    public IReadOnlyList<string> FirstInstanceIds { get; init; } = [];

    public bool CapacityRebalance { get; init; }

    public WarmPool? WarmPool { get; init; }

    /// <summary>The instance lifecycle policy's TerminateHookAbandon=retain.</summary>
    public bool RetainOnAbandon { get; init; }
}

/// <param name="Transition">autoscaling:EC2_INSTANCE_TERMINATING or autoscaling:EC2_INSTANCE_LAUNCHING.</param>
internal sealed record LifecycleHook(string Name, string Transition = LifecycleHook.Terminating)
{
    public const string Terminating = "autoscaling:EC2_INSTANCE_TERMINATING";
    public const string Launching = "autoscaling:EC2_INSTANCE_LAUNCHING";

    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromHours(1);

    public string DefaultResult { get; init; } = "ABANDON";

    /// <summary>A queue's ARN; EventBridge is told in any case.</summary>
    public string? NotificationTargetArn { get; init; }

    public string? RoleArn { get; init; }

    public string? NotificationMetadata { get; init; }

    /// <summary>The longest that heartbeats can keep an instance waiting: 48 hours or 100 heartbeat timeouts.</summary>
    public TimeSpan GlobalTimeout => TimeSpan.FromTicks(Math.Min(TimeSpan.FromHours(48).Ticks, HeartbeatTimeout.Ticks * 100));
}

/// <param name="PoolState">Stopped, Running or Hibernated.</param>
internal sealed record WarmPool(string PoolState = "Stopped", int MinSize = 0, int? MaxGroupPreparedCapacity = null, bool ReuseOnScaleIn = false)
{
    /// <summary>Its instances are terminating; with the last of them it is gone.</summary>
    public bool IsPendingDelete { get; init; }
}

/// <summary>A group as it stands. Changed by <see cref="AutoScaling"/> only, under the world's gate.</summary>
internal sealed class AutoScalingGroup(GroupSpec spec, string arn, DateTimeOffset createdAt)
{
    public string Name => spec.Name;

    public string Arn => arn;

    public DateTimeOffset CreatedAt => createdAt;

    public InstanceSpec Template { get; set; } = spec.Template;

    /// <summary>Of what is launched next; drawn once it is empty.</summary>
    public Queue<string> NextIds { get; } = new(spec.FirstInstanceIds);

    public int MinSize { get; set; } = spec.MinSize;

    public int MaxSize { get; set; } = spec.MaxSize;

    public int DesiredCapacity { get; set; } = spec.DesiredCapacity;

    public bool CapacityRebalance { get; set; } = spec.CapacityRebalance;

    public bool RetainOnAbandon { get; set; } = spec.RetainOnAbandon;

    public WarmPool? WarmPool { get; set; } = spec.WarmPool;

    public Dictionary<string, string> Tags { get; } = new(spec.Tags);

    /// <summary>Keys of the tags that do not go onto the instances that it launches.</summary>
    public HashSet<string> TagsThatStay { get; } = [.. spec.TagsThatStay];

    public SortedDictionary<string, LifecycleHook> Hooks { get; } = new(spec.Hooks.ToDictionary(hook => hook.Name), StringComparer.Ordinal);

    /// <summary>Launch, Terminate or ReplaceUnhealthy.</summary>
    public HashSet<string> SuspendedProcesses { get; } = [];

    public bool IsBeingDeleted { get; set; }
}

/// <summary>An instance as its group sees it, at one moment.</summary>
/// <param name="State">As AWS spells it: InService, Terminating:Wait, Warmed:Pending:Proceed, …</param>
internal sealed record GroupMember(string InstanceId, string GroupName, string AvailabilityZone, string InstanceType, string State)
{
    public string HealthStatus { get; init; } = "Healthy";

    public bool ProtectedFromScaleIn { get; init; }

    /// <summary>EC2 has announced its end and a replacement is on its way.</summary>
    public bool AtRisk { get; init; }

    /// <summary>It has left the group; kept for answers that lag.</summary>
    public bool HasLeft { get; init; }

    /// <summary>It counts towards the desired capacity.</summary>
    public bool IsActive => !HasLeft && State is "Pending" or "Pending:Wait" or "Pending:Proceed" or "InService"
        or "ReplacingRootVolume" or "ReplacingRootVolume:Wait" or "ReplacingRootVolume:Proceed" or "RootVolumeReplaced";

    public bool InWarmPool => !HasLeft && State.StartsWith("Warmed:", StringComparison.Ordinal);

    /// <summary>It counts towards the size of the warm pool.</summary>
    public bool IsWarm => InWarmPool && !State.StartsWith("Warmed:Terminat", StringComparison.Ordinal);

    /// <summary>DescribeAutoScalingInstances shouts.</summary>
    public string ShoutedHealth => HealthStatus.ToUpperInvariant();
}

/// <summary>One hook's hold on one instance, from its notification to its end.</summary>
internal sealed class LifecycleAction(AutoScalingGroup group, LifecycleHook hook, string instanceId, string token, string origin, string destination, DateTimeOffset startedAt)
{
    public AutoScalingGroup Group => group;

    public LifecycleHook Hook => hook;

    public string InstanceId => instanceId;

    public string Token => token;

    public string Origin => origin;

    public string Destination => destination;

    public DateTimeOffset StartedAt => startedAt;

    /// <summary>When it times out unless a heartbeat comes.</summary>
    public DateTimeOffset Deadline { get; set; } = startedAt + hook.HeartbeatTimeout;

    public DateTimeOffset GlobalDeadline => startedAt + hook.GlobalTimeout;

    public int Heartbeats { get; set; }

    /// <summary>Completions that were accepted: never more than one.</summary>
    public int Acceptances { get; set; }

    /// <summary>CONTINUE or ABANDON; null while it is active.</summary>
    public string? Result { get; set; }

    /// <summary>Who ended it: call, timeout, or another hook's ABANDON.</summary>
    public string? EndedBy { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public bool IsActive => Result is null;
}
