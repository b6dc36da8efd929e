namespace DrainerFunction.Runtime.Options;

public sealed class UnknownSettingsTests
{
    [Fact]
    public void What_the_node_termination_handler_no_longer_needs_is_listed_and_the_newer_name_wins()
    {
        var options = From(("WORKERS", "10"), ("USE_PROVIDER_ID", "true"), ("DELETE_SQS_MSG_IF_NODE_NOT_FOUND", "true"), ("MAX_DRAIN_DURATION", "600"), ("HEARTBEAT_UNTIL", "900"), ("ENABLE_SQS_TERMINATION_DRAINING", "true"));

        Assert.Equal(["DELETE_SQS_MSG_IF_NODE_NOT_FOUND", "ENABLE_SQS_TERMINATION_DRAINING", "HEARTBEAT_UNTIL", "USE_PROVIDER_ID", "WORKERS"], options.Unneeded);
        Assert.Equal(TimeSpan.FromMinutes(10), options.MaxDrainDuration);
        Assert.Empty(options.Suspicious);
    }

    [Theory]
    [InlineData("CLUSTER_NAMES", "CLUSTER_NAMES: did you mean CLUSTER_NAME?")]
    [InlineData("DRYRUN", "DRYRUN: did you mean DRY_RUN?")]
    [InlineData("ACTION_SPOT", "ACTION_SPOT: it has no effect")]
    [InlineData("DRAIN_TIMEOUT", "DRAIN_TIMEOUT: it has no effect")]
    [InlineData("AWS_ENDPOINT", "AWS_ENDPOINT: use AWS_ENDPOINT_URL")]
    [InlineData("WEBHOOK_TEMPLATE_FILE", "WEBHOOK_TEMPLATE_FILE: use WEBHOOK_TEMPLATE with the template itself")]
    [InlineData("AWS_REGION", null)]
    [InlineData("AWS_LAMBDA_FUNCTION_NAME", null)]
    [InlineData("DRAINER_TIME_SCALE", null)]
    [InlineData("PATH", null)]
    [InlineData("TZ", null)]
    [InlineData("_HANDLER", null)]
    public void A_name_that_looks_like_a_mistake_is_pointed_out(string name, string? warning) =>
        Assert.Equal(warning is null ? [] : [warning], From((name, "1")).Suspicious);

    private static DrainerOptions From(params IEnumerable<(string Name, string Value)> variables) =>
        DrainerOptions.From(variables.ToDictionary(variable => variable.Name, variable => variable.Value));
}
