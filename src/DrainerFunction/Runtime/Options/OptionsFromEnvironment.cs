using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime.Options;

/// <summary>Which variable sets which property; the pages of the documentation follow this order.</summary>
internal static class OptionsFromEnvironment
{
    private const int Day = 24 * 60 * 60;

    // Auto Scaling's own limit for a hook.
    private const int LongestWait = 2 * Day;

    private static readonly (string, InterruptionAction)[] Actions =
        [("drain", InterruptionAction.Drain), ("cordon", InterruptionAction.Cordon), ("ignore", InterruptionAction.Ignore)];

    private static readonly (string, TimeoutReply)[] Replies =
        [("continue", TimeoutReply.Continue), ("abandon", TimeoutReply.Abandon), ("leave", TimeoutReply.Leave)];

    public static DrainerOptions Scope(SettingsReader reader, DrainerOptions options) => options with
    {
        ClusterNames = reader.List("CLUSTER_NAME", SettingPatterns.ClusterName().IsMatch, "the name of an EKS cluster, or several separated by commas"),
        ManagedTag = reader.Text("MANAGED_TAG", SettingPatterns.Tag(), "a tag's key, or key=value", alias: "MANAGED_ASG_TAG") is { } tag ? ManagedTag.Of(tag) : options.ManagedTag,
        CheckTagBeforeDraining = reader.Flag("CHECK_TAG_BEFORE_DRAINING", options.CheckTagBeforeDraining, alias: "CHECK_ASG_TAG_BEFORE_DRAINING"),
        LifecycleHooks = reader.List("LIFECYCLE_HOOKS", SettingPatterns.HookName().IsMatch, "names of lifecycle hooks separated by commas, with * for any characters, ? for one, and ! before each name to exclude") is { Count: > 0 } hooks ? HookNames.Of(hooks) : options.LifecycleHooks,
        DrainControlledNodes = [.. reader.Parts("DRAIN_CONTROLLED_NODES", Controller, "karpenter, managed-node-group, auto-mode, or several separated by commas").OfType<NodeController>().Distinct()],
        VerifyInterruptions = reader.Flag("VERIFY_INTERRUPTIONS", options.VerifyInterruptions),
        RoleId = reader.List("ROLE_ID", AwsIdentifiers.IsPrincipalId, "the unique id of the function's role, AROA…") is [var id, ..] ? id : null,
        TrustedSenders = reader.List("TRUSTED_SENDERS", AwsIdentifiers.IsPrincipalId, "unique ids of roles (AROA…) or users (AIDA…) separated by commas"),
        ReadUnsealed = reader.Flag("READ_UNSEALED", options.ReadUnsealed),
        Accounts = reader.List("ACCOUNTS", AwsIdentifiers.IsAccount, "account ids of 12 digits separated by commas"),
        Regions = reader.List("REGIONS", AwsIdentifiers.IsRegion, "regions such as eu-west-1 separated by commas"),
        AssumeRoleName = reader.Text("ASSUME_ROLE_NAME", SettingPatterns.RoleName(), "a role's name without its ARN; it has the same name in every account"),
        AssumeRoleExternalId = reader.Text("ASSUME_ROLE_EXTERNAL_ID", SettingPatterns.ExternalId(), "an external id of 2 to 1224 characters"),
        QueueUrl = reader.Text("QUEUE_URL", SettingPatterns.HttpUrl(), "the URL of an SQS queue") is { } url ? new Uri(url) : null,
    };

    /// <summary>What a tag of a group may set, too (<see cref="GroupSettings"/>).</summary>
    public static DrainerOptions PerGroup(SettingsReader reader, DrainerOptions options) => options with
    {
        ActionSpotReclaim = reader.Choice("ACTION_SPOT_RECLAIM", options.ActionSpotReclaim, Actions),
        ActionCapacityReclaim = reader.Choice("ACTION_CAPACITY_RECLAIM", options.ActionCapacityReclaim, Actions),
        ActionTermination = reader.Choice("ACTION_TERMINATION", options.ActionTermination, Actions),
        ActionStateChange = reader.Choice("ACTION_STATE_CHANGE", options.ActionStateChange, Actions),
        ActionScheduledChange = reader.Choice("ACTION_SCHEDULED_CHANGE", options.ActionScheduledChange, Actions),
        ActionRebalanceRecommendation = reader.Choice("ACTION_REBALANCE_RECOMMENDATION", options.ActionRebalanceRecommendation, [("auto", InterruptionAction.Auto), .. Actions]),
        ActionLaunch = reader.Choice("ACTION_LAUNCH", options.ActionLaunch, [("complete", InterruptionAction.Complete), ("ignore", InterruptionAction.Ignore)]),
        DryRun = reader.Flag("DRY_RUN", options.DryRun),
        MaxDrainDuration = reader.Seconds("MAX_DRAIN_DURATION", options.MaxDrainDuration, 60, LongestWait, alias: "HEARTBEAT_UNTIL"),
        ForceBeforeDeadline = reader.Flag("FORCE_BEFORE_DEADLINE", options.ForceBeforeDeadline),
    };

    public static DrainerOptions Nodes(SettingsReader reader, DrainerOptions options) => options with
    {
        CordonOnly = reader.Flag("CORDON_ONLY", options.CordonOnly),
        TaintNode = reader.Flag("TAINT_NODE", options.TaintNode),
        TaintEffect = reader.Choice("TAINT_EFFECT", options.TaintEffect, [.. Enum.GetValues<TaintEffect>().Select(effect => (effect.ToString(), effect))]),
        ExcludeFromLoadBalancers = reader.Flag("EXCLUDE_FROM_LOAD_BALANCERS", options.ExcludeFromLoadBalancers),
        EnableOutOfServiceTaint = reader.Flag("ENABLE_OUT_OF_SERVICE_TAINT", options.EnableOutOfServiceTaint),
        DeleteLocalData = reader.Flag("DELETE_LOCAL_DATA", options.DeleteLocalData),
        IgnoreDaemonSets = reader.Flag("IGNORE_DAEMON_SETS", options.IgnoreDaemonSets),
        HonorDoNotDisrupt = reader.Flag("HONOR_DO_NOT_DISRUPT", options.HonorDoNotDisrupt),
        WaitForVolumeDetach = reader.Flag("WAIT_FOR_VOLUME_DETACH", options.WaitForVolumeDetach),
    };

    public static DrainerOptions Times(SettingsReader reader, DrainerOptions options) => options with
    {
        PodTerminationGracePeriod = reader.OptionalSeconds("POD_TERMINATION_GRACE_PERIOD", options.PodTerminationGracePeriod, 0, LongestWait, off: -1, "the pod's own", alias: "GRACE_PERIOD"),
        NodeTerminationGracePeriod = reader.Seconds("NODE_TERMINATION_GRACE_PERIOD", options.NodeTerminationGracePeriod, 0, LongestWait),
        HeartbeatInterval = reader.OptionalSeconds("HEARTBEAT_INTERVAL", options.HeartbeatInterval, 10, 3600, off: -1, "the hook's own"),
        OnTimeout = reader.Choice("ON_TIMEOUT", options.OnTimeout, Replies),
        OnLaunchTimeout = reader.Choice("ON_LAUNCH_TIMEOUT", options.OnLaunchTimeout, Replies),
        LaunchTimeout = reader.OptionalSeconds("LAUNCH_TIMEOUT", options.LaunchTimeout, 30, LongestWait, off: -1, "the hook's own HeartbeatTimeout"),
        CompleteLifecycleActionDelay = reader.OptionalSeconds("COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS", options.CompleteLifecycleActionDelay, 0, 7200, off: -1, "no delay"),
        ScheduledChangeLeadTime = reader.Seconds("SCHEDULED_CHANGE_LEAD_TIME", options.ScheduledChangeLeadTime, 0, 14 * Day),
        UncordonAfter = reader.OptionalSeconds("UNCORDON_AFTER", options.UncordonAfter, 1, 14 * Day, off: 0, "never"),
    };

    public static DrainerOptions Reporting(SettingsReader reader, DrainerOptions options) => options with
    {
        EmitKubernetesEvents = reader.Flag("EMIT_KUBERNETES_EVENTS", options.EmitKubernetesEvents),
        KubernetesEventsExtraAnnotations = Annotations(reader),
        WebhookUrl = reader.Secret("WEBHOOK_URL", WebhookSettings.Url, "an http or https URL"),
        WebhookUrlParameter = reader.Text("WEBHOOK_URL_PARAMETER", SettingPatterns.ParameterName(), "the name or ARN of an SSM parameter"),
        WebhookHeaders = reader.Secret("WEBHOOK_HEADERS", WebhookSettings.Headers, "a JSON object of header names and string values") ?? options.WebhookHeaders,
        WebhookHeadersParameter = reader.Text("WEBHOOK_HEADERS_PARAMETER", SettingPatterns.ParameterName(), "the name or ARN of an SSM parameter"),
        WebhookTemplate = WebhookSettings.Template(reader),
        WebhookTemplateParameter = reader.Text("WEBHOOK_TEMPLATE_PARAMETER", SettingPatterns.ParameterName(), "the name or ARN of an SSM parameter"),
        WebhookProxy = reader.Secret("WEBHOOK_PROXY", WebhookSettings.Proxy, "an http, https or tcp URL"),
        WebhookProxyParameter = reader.Text("WEBHOOK_PROXY_PARAMETER", SettingPatterns.ParameterName(), "the name or ARN of an SSM parameter"),
        WebhookAllowHttp = reader.Flag("WEBHOOK_ALLOW_HTTP", options.WebhookAllowHttp),
        LogLevel = reader.Choice(
            "LOG_LEVEL",
            options.LogLevel,
            [("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error)],
            [("information", LogLevel.Information), ("warning", LogLevel.Warning), ("critical", LogLevel.Critical), ("fatal", LogLevel.Critical)]),
        MetricsNamespace = reader.Text("METRICS_NAMESPACE", SettingPatterns.MetricsNamespace(), "a CloudWatch namespace that does not begin with AWS/") ?? options.MetricsNamespace,
    };

    private static NodeController? Controller(string word) => word.ToUpperInvariant() switch
    {
        "KARPENTER" => NodeController.Karpenter,
        "MANAGED-NODE-GROUP" => NodeController.ManagedNodeGroup,
        "AUTO-MODE" => NodeController.AutoMode,
        _ => null,
    };

    private static Dictionary<string, string> Annotations(SettingsReader reader) =>
        reader.Parts("KUBERNETES_EVENTS_EXTRA_ANNOTATIONS", pair => SettingPatterns.Annotation().IsMatch(pair) ? pair : null, "key=value pairs separated by commas")
            .Select(pair => pair.Split('=', 2))
            .GroupBy(pair => pair[0])
            .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1]);
}
