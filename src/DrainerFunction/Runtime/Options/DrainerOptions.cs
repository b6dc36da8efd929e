// Over 150 lines: a property for each setting.
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime.Options;

/// <summary>The operator's settings. Each property has the words of its environment variable; without one it has this default.</summary>
internal sealed record DrainerOptions
{
    /// <summary>Empty: the instance's own tags must name the cluster.</summary>
    public IReadOnlyList<string> ClusterNames { get; init; } = [];

    public ManagedTag ManagedTag { get; init; } = ManagedTag.Default;

    public bool CheckTagBeforeDraining { get; init; } = true;

    public HookNames LifecycleHooks { get; init; } = HookNames.Default;

    public IReadOnlyList<NodeController> DrainControlledNodes { get; init; } = [];

    public bool VerifyInterruptions { get; init; } = true;

    /// <summary>The unique id of the function's role, by which its own messages are known; null: it is not known.</summary>
    public string? RoleId { get; init; }

    /// <summary>Unique ids of other senders whose messages count as the function's own.</summary>
    public IReadOnlyList<string> TrustedSenders { get; init; } = [];

    /// <summary>Whether annotations of 0.1, which have no seal, are read: for an undo and the name of a chain, on the day of an upgrade.</summary>
    public bool ReadUnsealed { get; init; }

    /// <summary>Empty: the function's own.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Empty: the function's own.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    public string? AssumeRoleName { get; init; }

    public string? AssumeRoleExternalId { get; init; }

    public InterruptionAction ActionSpotReclaim { get; init; } = InterruptionAction.Drain;

    public InterruptionAction ActionCapacityReclaim { get; init; } = InterruptionAction.Drain;

    public InterruptionAction ActionTermination { get; init; } = InterruptionAction.Drain;

    public InterruptionAction ActionStateChange { get; init; } = InterruptionAction.Drain;

    public InterruptionAction ActionScheduledChange { get; init; } = InterruptionAction.Drain;

    public InterruptionAction ActionRebalanceRecommendation { get; init; } = InterruptionAction.Auto;

    public InterruptionAction ActionLaunch { get; init; } = InterruptionAction.Complete;

    public bool CordonOnly { get; init; }

    public bool DryRun { get; init; }

    public bool TaintNode { get; init; }

    public TaintEffect TaintEffect { get; init; } = TaintEffect.NoSchedule;

    public bool ExcludeFromLoadBalancers { get; init; }

    public bool EnableOutOfServiceTaint { get; init; }

    public bool DeleteLocalData { get; init; } = true;

    public bool IgnoreDaemonSets { get; init; } = true;

    /// <summary>Null: the pod's own.</summary>
    public TimeSpan? PodTerminationGracePeriod { get; init; }

    public TimeSpan NodeTerminationGracePeriod { get; init; } = TimeSpan.FromSeconds(600);

    public bool ForceBeforeDeadline { get; init; } = true;

    /// <summary>False: annotations by which pods opt out of being disturbed never count.</summary>
    public bool HonorDoNotDisrupt { get; init; } = true;

    /// <summary>The bound over all continuations, counted from the first time the message was seen.</summary>
    public TimeSpan MaxDrainDuration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null: from the hook.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    public TimeoutReply OnTimeout { get; init; } = TimeoutReply.Continue;

    public TimeoutReply OnLaunchTimeout { get; init; } = TimeoutReply.Leave;

    /// <summary>How long a launch hook is kept alive while its node is on its way; null: its own HeartbeatTimeout, without a heartbeat.</summary>
    public TimeSpan? LaunchTimeout { get; init; }

    /// <summary>Null: complete at once.</summary>
    public TimeSpan? CompleteLifecycleActionDelay { get; init; }

    public bool WaitForVolumeDetach { get; init; } = true;

    /// <summary>How long before a scheduled change its drain begins.</summary>
    public TimeSpan ScheduledChangeLeadTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null: the sweep never lifts a cordon for its age.</summary>
    public TimeSpan? UncordonAfter { get; init; } = TimeSpan.FromHours(1);

    public bool EmitKubernetesEvents { get; init; }

    public IReadOnlyDictionary<string, string> KubernetesEventsExtraAnnotations { get; init; } = new Dictionary<string, string>();

    public Uri? QueueUrl { get; init; }

    /// <summary>Secret: it often carries a token.</summary>
    public Uri? WebhookUrl { get; init; }

    public string? WebhookUrlParameter { get; init; }

    /// <summary>Secret, as <see cref="WebhookUrl"/>.</summary>
    public IReadOnlyDictionary<string, string> WebhookHeaders { get; init; } = new Dictionary<string, string> { ["Content-Type"] = "application/json" };

    public string? WebhookHeadersParameter { get; init; }

    public string? WebhookTemplate { get; init; }

    public string? WebhookTemplateParameter { get; init; }

    /// <summary>Secret, as <see cref="WebhookUrl"/>.</summary>
    public Uri? WebhookProxy { get; init; }

    public string? WebhookProxyParameter { get; init; }

    /// <summary>Whether notices may go over plain HTTP, where the network can read them and their headers.</summary>
    public bool WebhookAllowHttp { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public string MetricsNamespace { get; init; } = "NodeDrainer";

    /// <summary>Settings of the Node Termination Handler that have nothing to do here; said once, in one warning.</summary>
    public IReadOnlyList<string> Unneeded { get; init; } = [];

    /// <summary>Variables that look like a setting misspelt, each with what it may have meant.</summary>
    public IReadOnlyList<string> Suspicious { get; init; } = [];

    /// <summary>Every variable that is read, older names included.</summary>
    public static IReadOnlyCollection<string> Variables
    {
        get
        {
            var none = new EnvironmentVariables(new Dictionary<string, string>());
            Read(new(none));
            return [.. none.Asked.Order(StringComparer.Ordinal)];
        }
    }

    /// <exception cref="OptionsException">Some variables are not allowed as they are.</exception>
    public static DrainerOptions From(IReadOnlyDictionary<string, string> environment)
    {
        var reader = new SettingsReader(new(environment));
        var options = Read(reader);
        OptionConflicts.Refuse(reader, options);
        return reader.Problems is []
            ? options with { Unneeded = UnknownSettings.Unneeded(reader.Variables), Suspicious = UnknownSettings.Suspicious(reader.Variables) }
            : throw new OptionsException(reader.Problems);
    }

    private static DrainerOptions Read(SettingsReader reader)
    {
        var options = OptionsFromEnvironment.Scope(reader, new());
        options = OptionsFromEnvironment.PerGroup(reader, options);
        options = OptionsFromEnvironment.Nodes(reader, options);
        options = OptionsFromEnvironment.Times(reader, options);
        return OptionsFromEnvironment.Reporting(reader, options);
    }

    // A record prints its members; these must not reach a log.
    public override string ToString() => nameof(DrainerOptions);
}
