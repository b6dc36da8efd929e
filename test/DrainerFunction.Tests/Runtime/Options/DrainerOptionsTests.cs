using DrainerFunction.Reporting.Webhooks;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime.Options;

public sealed class DrainerOptionsTests
{
    /// <summary>How each variable shows in the options, and its default.</summary>
    private static readonly Dictionary<string, (Func<DrainerOptions, object?> Property, object? Default)> Settings = new()
    {
        ["CLUSTER_NAME"] = (options => string.Join(' ', options.ClusterNames), ""),
        ["MANAGED_TAG"] = (options => options.ManagedTag, new ManagedTag("aws-node-termination-handler/managed", null)),
        ["CHECK_TAG_BEFORE_DRAINING"] = (options => options.CheckTagBeforeDraining, true),
        ["LIFECYCLE_HOOKS"] = (options => options.LifecycleHooks.ToString(), "*,!Terminate-LC-Hook,!Launch-LC-Hook,!ecs-managed-*"),
        ["DRAIN_CONTROLLED_NODES"] = (options => string.Join(' ', options.DrainControlledNodes), ""),
        ["VERIFY_INTERRUPTIONS"] = (options => options.VerifyInterruptions, true),
        ["ROLE_ID"] = (options => options.RoleId, null),
        ["TRUSTED_SENDERS"] = (options => string.Join(' ', options.TrustedSenders), ""),
        ["READ_UNSEALED"] = (options => options.ReadUnsealed, false),
        ["ACCOUNTS"] = (options => string.Join(' ', options.Accounts), ""),
        ["REGIONS"] = (options => string.Join(' ', options.Regions), ""),
        ["ASSUME_ROLE_NAME"] = (options => options.AssumeRoleName, null),
        ["ASSUME_ROLE_EXTERNAL_ID"] = (options => options.AssumeRoleExternalId, null),
        ["ACTION_SPOT_RECLAIM"] = (options => options.ActionSpotReclaim, InterruptionAction.Drain),
        ["ACTION_CAPACITY_RECLAIM"] = (options => options.ActionCapacityReclaim, InterruptionAction.Drain),
        ["ACTION_TERMINATION"] = (options => options.ActionTermination, InterruptionAction.Drain),
        ["ACTION_STATE_CHANGE"] = (options => options.ActionStateChange, InterruptionAction.Drain),
        ["ACTION_SCHEDULED_CHANGE"] = (options => options.ActionScheduledChange, InterruptionAction.Drain),
        ["ACTION_REBALANCE_RECOMMENDATION"] = (options => options.ActionRebalanceRecommendation, InterruptionAction.Auto),
        ["ACTION_LAUNCH"] = (options => options.ActionLaunch, InterruptionAction.Complete),
        ["CORDON_ONLY"] = (options => options.CordonOnly, false),
        ["DRY_RUN"] = (options => options.DryRun, false),
        ["TAINT_NODE"] = (options => options.TaintNode, false),
        ["TAINT_EFFECT"] = (options => options.TaintEffect, TaintEffect.NoSchedule),
        ["EXCLUDE_FROM_LOAD_BALANCERS"] = (options => options.ExcludeFromLoadBalancers, false),
        ["ENABLE_OUT_OF_SERVICE_TAINT"] = (options => options.EnableOutOfServiceTaint, false),
        ["DELETE_LOCAL_DATA"] = (options => options.DeleteLocalData, true),
        ["IGNORE_DAEMON_SETS"] = (options => options.IgnoreDaemonSets, true),
        ["POD_TERMINATION_GRACE_PERIOD"] = (options => options.PodTerminationGracePeriod?.TotalSeconds, null),
        ["NODE_TERMINATION_GRACE_PERIOD"] = (options => options.NodeTerminationGracePeriod.TotalSeconds, 600d),
        ["FORCE_BEFORE_DEADLINE"] = (options => options.ForceBeforeDeadline, true),
        ["HONOR_DO_NOT_DISRUPT"] = (options => options.HonorDoNotDisrupt, true),
        ["MAX_DRAIN_DURATION"] = (options => options.MaxDrainDuration.TotalSeconds, 3600d),
        ["HEARTBEAT_INTERVAL"] = (options => options.HeartbeatInterval?.TotalSeconds, null),
        ["ON_TIMEOUT"] = (options => options.OnTimeout, TimeoutReply.Continue),
        ["ON_LAUNCH_TIMEOUT"] = (options => options.OnLaunchTimeout, TimeoutReply.Leave),
        ["LAUNCH_TIMEOUT"] = (options => options.LaunchTimeout?.TotalSeconds, null),
        ["COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS"] = (options => options.CompleteLifecycleActionDelay?.TotalSeconds, null),
        ["WAIT_FOR_VOLUME_DETACH"] = (options => options.WaitForVolumeDetach, true),
        ["SCHEDULED_CHANGE_LEAD_TIME"] = (options => options.ScheduledChangeLeadTime.TotalSeconds, 3600d),
        ["UNCORDON_AFTER"] = (options => options.UncordonAfter?.TotalSeconds, 3600d),
        ["EMIT_KUBERNETES_EVENTS"] = (options => options.EmitKubernetesEvents, false),
        ["KUBERNETES_EVENTS_EXTRA_ANNOTATIONS"] = (options => string.Join(' ', options.KubernetesEventsExtraAnnotations), ""),
        ["QUEUE_URL"] = (options => options.QueueUrl?.ToString(), null),
        ["WEBHOOK_URL"] = (options => options.WebhookUrl?.ToString(), null),
        ["WEBHOOK_URL_PARAMETER"] = (options => options.WebhookUrlParameter, null),
        ["WEBHOOK_HEADERS"] = (options => string.Join(' ', options.WebhookHeaders), "[Content-Type, application/json]"),
        ["WEBHOOK_HEADERS_PARAMETER"] = (options => options.WebhookHeadersParameter, null),
        ["WEBHOOK_TEMPLATE"] = (options => options.WebhookTemplate, null),
        ["WEBHOOK_TEMPLATE_PARAMETER"] = (options => options.WebhookTemplateParameter, null),
        ["WEBHOOK_PROXY_PARAMETER"] = (options => options.WebhookProxyParameter, null),
        ["WEBHOOK_ALLOW_HTTP"] = (options => options.WebhookAllowHttp, false),
        ["WEBHOOK_PROXY"] = (options => options.WebhookProxy?.ToString(), null),
        ["LOG_LEVEL"] = (options => options.LogLevel, LogLevel.Information),
        ["METRICS_NAMESPACE"] = (options => options.MetricsNamespace, "NodeDrainer"),
    };

    private static readonly string[] OlderNames = ["CHECK_ASG_TAG_BEFORE_DRAINING", "GRACE_PERIOD", "HEARTBEAT_UNTIL", "MANAGED_ASG_TAG"];

    public static TheoryData<string> Names => [.. Settings.Keys];

    /// <summary>A variable, its value, and how the option then reads.</summary>
    public static TheoryData<string, string, string?> Allowed => new()
    {
        { "CLUSTER_NAME", "prod", "prod" },
        { "CLUSTER_NAME", "prod, stage, prod", "prod stage" },
        { "CLUSTER_NAME", " prod-1, stage_2 ,,", "prod-1 stage_2" },
        { "CLUSTER_NAME", "prod,stage,prod", "prod stage" },
        { "MANAGED_TAG", "team/nodes", "ManagedTag { Key = team/nodes, Value =  }" },
        { "MANAGED_TAG", "team=a=b", "ManagedTag { Key = team, Value = a=b }" },
        { "CHECK_TAG_BEFORE_DRAINING", "FALSE", "False" },
        { "LIFECYCLE_HOOKS", "drain, spot-*,!spot-old", "drain,spot-*,!spot-old" },
        { "LIFECYCLE_HOOKS", "!mine", "*,!mine" },
        { "DRAIN_CONTROLLED_NODES", "Karpenter,managed-node-group,AUTO-MODE,karpenter", "Karpenter ManagedNodeGroup AutoMode" },
        { "VERIFY_INTERRUPTIONS", "0", "False" },
        { "READ_UNSEALED", "true", "True" },
        { "ACCOUNTS", "123456789012", "123456789012" },
        { "ACCOUNTS", "123456789012,123456789012", "123456789012" },
        { "REGIONS", "eu-west-1, us-east-1, eu-west-1", "eu-west-1 us-east-1" },
        { "ROLE_ID", "AROAIOSFODNN7EXAMPLE", "AROAIOSFODNN7EXAMPLE" },
        { "TRUSTED_SENDERS", "AROAIOSFODNN7EXAMPLE,AIDAIOSFODNN7EXAMPLE", "AROAIOSFODNN7EXAMPLE AIDAIOSFODNN7EXAMPLE" },
        { "REGIONS", "eu-west-1,us-gov-west-1,cn-north-1,eusc-de-east-1", "eu-west-1 us-gov-west-1 cn-north-1 eusc-de-east-1" },
        { "ASSUME_ROLE_NAME", "ops/node-drainer", "ops/node-drainer" },
        { "ACTION_SPOT_RECLAIM", "Cordon", "Cordon" },
        { "ACTION_CAPACITY_RECLAIM", "ignore", "Ignore" },
        { "ACTION_TERMINATION", "drain", "Drain" },
        { "ACTION_STATE_CHANGE", "IGNORE", "Ignore" },
        { "ACTION_SCHEDULED_CHANGE", "cordon", "Cordon" },
        { "ACTION_REBALANCE_RECOMMENDATION", "drain", "Drain" },
        { "ACTION_LAUNCH", "ignore", "Ignore" },
        { "CORDON_ONLY", "True", "True" },
        { "DRY_RUN", "t", "True" },
        { "TAINT_NODE", "1", "True" },
        { "TAINT_EFFECT", "noexecute", "NoExecute" },
        { "TAINT_EFFECT", "PreferNoSchedule", "PreferNoSchedule" },
        { "EXCLUDE_FROM_LOAD_BALANCERS", "true", "True" },
        { "ENABLE_OUT_OF_SERVICE_TAINT", "true", "True" },
        { "DELETE_LOCAL_DATA", "F", "False" },
        { "IGNORE_DAEMON_SETS", "false", "False" },
        { "POD_TERMINATION_GRACE_PERIOD", "-1", null },
        { "POD_TERMINATION_GRACE_PERIOD", "0", "0" },
        { "POD_TERMINATION_GRACE_PERIOD", "45", "45" },
        { "NODE_TERMINATION_GRACE_PERIOD", "-1", "600" },
        { "NODE_TERMINATION_GRACE_PERIOD", "300", "300" },
        { "FORCE_BEFORE_DEADLINE", "false", "False" },
        { "HONOR_DO_NOT_DISRUPT", "FALSE", "False" },
        { "MAX_DRAIN_DURATION", "60", "60" },
        { "MAX_DRAIN_DURATION", "172800", "172800" },
        { "MAX_DRAIN_DURATION", "-1", "3600" },
        { "HEARTBEAT_INTERVAL", "-1", null },
        { "HEARTBEAT_INTERVAL", "30", "30" },
        { "ON_TIMEOUT", "Abandon", "Abandon" },
        { "ON_LAUNCH_TIMEOUT", "continue", "Continue" },
        { "LAUNCH_TIMEOUT", "-1", null },
        { "LAUNCH_TIMEOUT", "900", "900" },
        { "COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS", "-1", null },
        { "COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS", "20", "20" },
        { "WAIT_FOR_VOLUME_DETACH", "false", "False" },
        { "SCHEDULED_CHANGE_LEAD_TIME", "0", "0" },
        { "SCHEDULED_CHANGE_LEAD_TIME", "86400", "86400" },
        { "UNCORDON_AFTER", "0", null },
        { "UNCORDON_AFTER", "600", "600" },
        { "EMIT_KUBERNETES_EVENTS", "true", "True" },
        { "KUBERNETES_EVENTS_EXTRA_ANNOTATIONS", "first=annotation,sample.annotation/number=two", "[first, annotation] [sample.annotation/number, two]" },
        { "QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/drainer", "https://sqs.eu-west-1.amazonaws.com/123456789012/drainer" },
        { "WEBHOOK_URL", "https://hooks.example.com/T0/B0/secret", "https://hooks.example.com/T0/B0/secret" },
        { "WEBHOOK_URL_PARAMETER", "/drainer/webhook", "/drainer/webhook" },
        { "WEBHOOK_HEADERS", """{"Content-type":"text/plain","X-Token":"a"}""", "[Content-type, text/plain] [X-Token, a]" },
        { "WEBHOOK_TEMPLATE", """{"text":"{{kind}} of {{node}}"}""", """{"text":"{{kind}} of {{node}}"}""" },
        { "WEBHOOK_PROXY", "tcp://10.0.0.1:3128", "http://10.0.0.1:3128/" },
        { "WEBHOOK_HEADERS_PARAMETER", "/drainer/headers", "/drainer/headers" },
        { "WEBHOOK_TEMPLATE_PARAMETER", "/drainer/template", "/drainer/template" },
        { "WEBHOOK_PROXY_PARAMETER", "/drainer/proxy", "/drainer/proxy" },
        { "WEBHOOK_ALLOW_HTTP", "true", "True" },
        { "LOG_LEVEL", "DEBUG", "Debug" },
        { "LOG_LEVEL", "Warning", "Warning" },
        { "METRICS_NAMESPACE", "Team/Drainer", "Team/Drainer" },

        // The Node Termination Handler's older names.
        { "MANAGED_ASG_TAG:MANAGED_TAG", "old", "ManagedTag { Key = old, Value =  }" },
        { "CHECK_ASG_TAG_BEFORE_DRAINING:CHECK_TAG_BEFORE_DRAINING", "false", "False" },
        { "GRACE_PERIOD:POD_TERMINATION_GRACE_PERIOD", "7", "7" },
        { "HEARTBEAT_UNTIL:MAX_DRAIN_DURATION", "7200", "7200" },
        { "taint_node:TAINT_NODE", "true", "True" },
    };

    /// <summary>A variable, a value that is not allowed, and what its author is told.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "CLUSTER_NAME", "prod,-x", "CLUSTER_NAME is '-x'; allowed is the name of an EKS cluster, or several separated by commas." },
        { "MANAGED_TAG", "=value", "MANAGED_TAG is '=value'; allowed is a tag's key, or key=value." },
        { "CHECK_TAG_BEFORE_DRAINING", "maybe", "CHECK_TAG_BEFORE_DRAINING is 'maybe'; allowed is true, false." },
        { "CHECK_ASG_TAG_BEFORE_DRAINING", "maybe", "CHECK_ASG_TAG_BEFORE_DRAINING is 'maybe'; allowed is true, false." },
        { "LIFECYCLE_HOOKS", "a b", "LIFECYCLE_HOOKS is 'a b'; allowed is names of lifecycle hooks separated by commas, with * for any characters, ? for one, and ! before each name to exclude." },
        { "DRAIN_CONTROLLED_NODES", "all", "DRAIN_CONTROLLED_NODES is 'all'; allowed is karpenter, managed-node-group, auto-mode, or several separated by commas." },
        { "ACCOUNTS", "12345", "ACCOUNTS is '12345'; allowed is account ids of 12 digits separated by commas." },
        { "REGIONS", "Europe", "REGIONS is 'Europe'; allowed is regions such as eu-west-1 separated by commas." },
        { "ASSUME_ROLE_NAME", "arn:aws:iam::123456789012:role/x", "ASSUME_ROLE_NAME is 'arn:aws:iam::123456789012:role/x'; allowed is a role's name without its ARN; it has the same name in every account." },
        { "ACTION_SPOT_RECLAIM", "auto", "ACTION_SPOT_RECLAIM is 'auto'; allowed is drain, cordon, ignore." },
        { "ACTION_REBALANCE_RECOMMENDATION", "complete", "ACTION_REBALANCE_RECOMMENDATION is 'complete'; allowed is auto, drain, cordon, ignore." },
        { "ACTION_LAUNCH", "drain", "ACTION_LAUNCH is 'drain'; allowed is complete, ignore." },
        { "DRY_RUN", "yes please", "DRY_RUN is 'yes please'; allowed is true, false." },
        { "TAINT_EFFECT", "NoRun", "TAINT_EFFECT is 'NoRun'; allowed is NoSchedule, PreferNoSchedule, NoExecute." },
        { "POD_TERMINATION_GRACE_PERIOD", "30s", "POD_TERMINATION_GRACE_PERIOD is '30s'; allowed is a whole number of seconds from 0 to 172800, or -1 for the pod's own." },
        { "NODE_TERMINATION_GRACE_PERIOD", "1.5", "NODE_TERMINATION_GRACE_PERIOD is '1.5'; allowed is a whole number of seconds from 0 to 172800, or -1 for the default of 600." },
        { "MAX_DRAIN_DURATION", "59", "MAX_DRAIN_DURATION is '59'; allowed is a whole number of seconds from 60 to 172800, or -1 for the default of 3600." },
        { "HEARTBEAT_UNTIL", "172801", "HEARTBEAT_UNTIL is '172801'; allowed is a whole number of seconds from 60 to 172800, or -1 for the default of 3600." },
        { "HEARTBEAT_INTERVAL", "99999999999999999999", "HEARTBEAT_INTERVAL is '99999999999999999999'; allowed is a whole number of seconds from 10 to 3600, or -1 for the hook's own." },
        { "ON_TIMEOUT", "wait", "ON_TIMEOUT is 'wait'; allowed is continue, abandon, leave." },
        { "UNCORDON_AFTER", "never", "UNCORDON_AFTER is 'never'; allowed is a whole number of seconds from 1 to 1209600, or 0 for never." },
        { "KUBERNETES_EVENTS_EXTRA_ANNOTATIONS", "a=1,b", "KUBERNETES_EVENTS_EXTRA_ANNOTATIONS is 'b'; allowed is key=value pairs separated by commas." },
        { "ROLE_ID", "arn:aws:iam::123456789012:role/drainer", "ROLE_ID is 'arn:aws:iam::123456789012:role/drainer'; allowed is the unique id of the function's role, AROA…." },
        { "TRUSTED_SENDERS", "*", "TRUSTED_SENDERS is '*'; allowed is unique ids of roles (AROA…) or users (AIDA…) separated by commas." },
        { "QUEUE_URL", "drainer", "QUEUE_URL is 'drainer'; allowed is the URL of an SQS queue." },
        { "WEBHOOK_URL", "hooks.example.com/secret", "WEBHOOK_URL cannot be used (its value is not shown); allowed is an http or https URL." },
        { "WEBHOOK_URL", "http://hooks.example.com/secret", "WEBHOOK_URL is plain http, which shows notices and headers to the network; allowed is https, or http with WEBHOOK_ALLOW_HTTP=true." },
        { "WEBHOOK_URL", "file:///etc/secret", "WEBHOOK_URL cannot be used (its value is not shown); allowed is an http or https URL." },
        { "WEBHOOK_PROXY", "user:secret@proxy", "WEBHOOK_PROXY cannot be used (its value is not shown); allowed is an http, https or tcp URL." },
        { "WEBHOOK_HEADERS", "X-Token: secret", "WEBHOOK_HEADERS cannot be used (its value is not shown); allowed is a JSON object of header names and string values." },
        { "WEBHOOK_HEADERS", """{"X-Token":"secret\r\nHost: evil"}""", "WEBHOOK_HEADERS cannot be used (its value is not shown); allowed is a JSON object of header names and string values." },
        { "WEBHOOK_HEADERS", """{"X-Token":"\ud800"}""", "WEBHOOK_HEADERS cannot be used (its value is not shown); allowed is a JSON object of header names and string values." },
        { "WEBHOOK_TEMPLATE", "{{ .Kind }} of {{.InstanceID}} in {{- .Strange -}}", "WEBHOOK_TEMPLATE is a Go template; use {{kind}} instead of {{ .Kind }}, {{instance}} instead of {{.InstanceID}}, {{strange}} instead of {{- .Strange -}}." },
        { "WEBHOOK_TEMPLATE", "{{ range $pod := .Pods }}x{{ end }}", "WEBHOOK_TEMPLATE is a Go template; allowed are placeholders such as {{node}} without conditions and loops." },
        { "LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; allowed is trace, debug, info, warn, error." },
        { "METRICS_NAMESPACE", "AWS/Lambda", "METRICS_NAMESPACE is 'AWS/Lambda'; allowed is a CloudWatch namespace that does not begin with AWS/." },
        { "ASSUME_ROLE_EXTERNAL_ID", "x1", "ASSUME_ROLE_EXTERNAL_ID is set without ASSUME_ROLE_NAME; it has no effect alone." },
        { "ACCOUNTS", "123456789012,210987654321", "ACCOUNTS names several accounts, but ASSUME_ROLE_NAME is not set; without a role only the function's own account can be reached." },
    };

    [Fact]
    public void These_are_all_the_variables() =>
        Assert.Equal(Settings.Keys.Concat(OlderNames).Order(StringComparer.Ordinal), DrainerOptions.Variables);

    [Theory, MemberData(nameof(Names))]
    public void Every_setting_has_a_default_and_an_empty_variable_is_not_set(string name)
    {
        Assert.Equal(Settings[name].Default, Settings[name].Property(new DrainerOptions()));
        Assert.Equal(Settings[name].Default, Settings[name].Property(From((name, "  "))));
    }

    [Fact]
    public void Every_setting_stands_in_the_table_of_allowed_values()
    {
        var onlyTogether = new[] { "ASSUME_ROLE_EXTERNAL_ID" };

        Assert.Empty(Settings.Keys.Except(Allowed.Select(row => row.Data.Item1)).Except(onlyTogether));
    }

    [Theory, MemberData(nameof(Allowed))]
    public void An_allowed_value_is_taken(string name, string value, string? option)
    {
        var (variable, setting) = name.Split(':') is [var older, var newer] ? (older, newer) : (name, name);

        Assert.Equal(option, Convert.ToString(Settings[setting].Property(From((variable, value))), System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null);
    }

    [Theory, MemberData(nameof(Refused))]
    public void Another_value_is_refused_with_what_is_allowed(string name, string value, string message)
    {
        var refusal = Assert.Throws<OptionsException>(() => From((name, value)));

        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var refusal = Assert.Throws<OptionsException>(() => From(("DRY_RUN", "x"), ("ON_TIMEOUT", "y"), ("WEBHOOK_URL", "secret"), ("WEBHOOK_URL_PARAMETER", "/p")));

        Assert.Equal(["DRY_RUN", "ON_TIMEOUT", "WEBHOOK_URL", "WEBHOOK_URL"], refusal.Problems.Select(problem => problem.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_webhook_is_enough() => Assert.Equal(
        "WEBHOOK_URL and WEBHOOK_URL_PARAMETER are both set; allowed is one of them.",
        Assert.Throws<OptionsException>(() => From(("WEBHOOK_URL", "https://example.com"), ("WEBHOOK_URL_PARAMETER", "/p"))).Message);

    [Fact]
    public void A_heartbeat_interval_beyond_the_whole_drain_is_refused() => Assert.Equal(
        "HEARTBEAT_INTERVAL is '900'; allowed is at most MAX_DRAIN_DURATION, 600.",
        Assert.Throws<OptionsException>(() => From(("HEARTBEAT_INTERVAL", "900"), ("HEARTBEAT_UNTIL", "600"))).Message);

    [Fact]
    public void Several_accounts_and_an_external_id_are_fine_with_a_role()
    {
        var options = From(("ACCOUNTS", "123456789012,210987654321"), ("ASSUME_ROLE_NAME", "node-drainer"), ("ASSUME_ROLE_EXTERNAL_ID", "x1"));

        Assert.Equal(("node-drainer", "x1", 2), (options.AssumeRoleName, options.AssumeRoleExternalId, options.Accounts.Count));
    }

    [Theory]
    [InlineData("EventID", "Kind", "Description", "StartTime", "NodeName", "InstanceID")]
    [InlineData("ProviderID", "InstanceType", "AvailabilityZone", "AutoScalingGroupName", "NodeLabels", "Pods")]
    public void Every_field_of_a_go_template_is_translated_into_one_that_notices_have(params string[] fields) => Assert.All(fields, field =>
    {
        var refusal = Assert.Throws<OptionsException>(() => From(("WEBHOOK_TEMPLATE", $$$"""{{ .{{{field}}} }}"""))).Message;

        Assert.Contains(NoticeFields.Names, name => refusal.Contains($$$""" use {{{{{name}}}}} instead of """, StringComparison.Ordinal));
    });

    [Fact]
    public void Every_field_of_a_notice_may_stand_in_a_template() => Assert.All(NoticeFields.Names, name =>
        Assert.Equal($"{{{{{name}}}}}", From(("WEBHOOK_TEMPLATE", $"{{{{{name}}}}}")).WebhookTemplate));

    [Fact]
    public void The_options_as_text_tell_no_secret() => Assert.Equal("DrainerOptions", From(("WEBHOOK_URL", "https://example.com/secret")).ToString());

    private static DrainerOptions From(params IEnumerable<(string Name, string Value)> variables) =>
        DrainerOptions.From(variables.ToDictionary(variable => variable.Name, variable => variable.Value));
}
