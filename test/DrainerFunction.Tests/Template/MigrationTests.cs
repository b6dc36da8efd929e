using DrainerFunction.Runtime.Options;

namespace DrainerFunction;

/// <summary>Everything that can be set in the Node Termination Handler is understood here or named as needless, and is on the page about moving over.</summary>
public sealed class MigrationTests
{
    /// <summary>The environment variables that its 1.25 reads.</summary>
    public static TheoryData<string> Theirs =>
    [
        "AWS_ENDPOINT", "AWS_REGION", "CHECK_ASG_TAG_BEFORE_DRAINING", "CHECK_TAG_BEFORE_DRAINING", "COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS", "CORDON_ONLY", "DELETE_LOCAL_DATA",
        "DELETE_SQS_MSG_IF_NODE_NOT_FOUND", "DRY_RUN", "EMIT_KUBERNETES_EVENTS", "ENABLE_ASG_LIFECYCLE_DRAINING", "ENABLE_OUT_OF_SERVICE_TAINT", "ENABLE_PROBES_SERVER",
        "ENABLE_PROMETHEUS_SERVER", "ENABLE_REBALANCE_DRAINING", "ENABLE_REBALANCE_MONITORING", "ENABLE_SCHEDULED_EVENT_DRAINING", "ENABLE_SPOT_INTERRUPTION_DRAINING",
        "ENABLE_SQS_TERMINATION_DRAINING", "EXCLUDE_FROM_LOAD_BALANCERS", "GRACE_PERIOD", "HEARTBEAT_INTERVAL", "HEARTBEAT_UNTIL", "IGNORE_DAEMON_SETS", "INSTANCE_METADATA_URL", "JSON_LOGGING",
        "KUBERNETES_EVENTS_EXTRA_ANNOTATIONS", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "LOG_FORMAT_VERSION", "LOG_LEVEL", "MANAGED_ASG_TAG", "MANAGED_TAG", "METADATA_TRIES", "NAMESPACE",
        "NODE_NAME", "NODE_TERMINATION_GRACE_PERIOD", "POD_NAME", "POD_TERMINATION_GRACE_PERIOD", "PROBES_SERVER_ENDPOINT", "PROBES_SERVER_PORT", "PROMETHEUS_SERVER_PORT", "QUEUE_URL", "TAINT_EFFECT",
        "TAINT_NODE", "UPTIME_FROM_FILE", "USE_APISERVER_CACHE", "USE_PROVIDER_ID", "WEBHOOK_HEADERS", "WEBHOOK_PROXY", "WEBHOOK_TEMPLATE", "WEBHOOK_TEMPLATE_FILE", "WEBHOOK_URL", "WORKERS",
    ];

    [Theory, MemberData(nameof(Theirs))]
    public void It_is_on_the_page(string name) =>
        Assert.Contains($"`{name}`", Stack.Text("docs/migrating-from-nth.md"), StringComparison.Ordinal);

    [Theory, MemberData(nameof(Theirs))]
    public void It_is_a_setting_or_is_named_at_the_start(string name)
    {
        // Lambda's own.
        if (name is "AWS_REGION" || KnownSettings.All.Contains(name))
        {
            return;
        }

        var options = DrainerOptions.From(new Dictionary<string, string> { [name] = "true" });

        Assert.Contains([.. options.Unneeded, .. options.Suspicious], said => said.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TAINT_EFFECT", "NoExecute")]
    [InlineData("HEARTBEAT_INTERVAL", "30")]
    [InlineData("HEARTBEAT_UNTIL", "172800")]
    [InlineData("NODE_TERMINATION_GRACE_PERIOD", "0")]
    [InlineData("POD_TERMINATION_GRACE_PERIOD", "-5")]
    [InlineData("COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS", "-1")]
    [InlineData("WEBHOOK_HEADERS", """{"Content-type":"application/json"}""")]
    [InlineData("WEBHOOK_PROXY", "tcp://proxy:3128")]
    [InlineData("KUBERNETES_EVENTS_EXTRA_ANNOTATIONS", "first=annotation,sample.annotation/number=two")]
    [InlineData("LOG_LEVEL", "INFO")]
    [InlineData("DRY_RUN", "T")]
    public void Its_values_are_taken_as_they_are(string name, string value) =>
        _ = DrainerOptions.From(new Dictionary<string, string> { [name] = value });
}
