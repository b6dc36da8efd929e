using System.Net;

namespace DrainerFunction.Aws;

public sealed class InstancesTests : IDisposable
{
    private readonly ScriptedAws _aws = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Instances_are_asked_for_by_filter_and_read_with_tags_life_and_operator()
    {
        _aws.Xml("""
            <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>
            <instanceState><code>32</code><name>shutting-down</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><instanceLifecycle>spot</instanceLifecycle>
            <launchTime>2026-11-22T09:00:00.000Z</launchTime><operator><managed>true</managed><principal>eks.amazonaws.com</principal></operator>
            <tagSet><item><key>k</key><value>v</value></item></tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>
            """);

        var instance = Assert.Single(await _aws.Region().Instances.DescribeAsync(["i-1", "i-2"], Stop));

        Assert.Equal((InstanceLife.ShuttingDown, "ip-10-0-0-1.ec2.internal", true, "eks.amazonaws.com", "v"), (instance.Life, instance.PrivateDnsName, instance.IsSpot, instance.OperatedBy, instance.Tags["k"]));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), instance.LaunchedAt);
        Assert.Contains("Filter.1.Name=instance-id&Filter.1.Value.1=i-1&Filter.1.Value.2=i-2", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_instances_with_a_clusters_tag_are_asked_for_by_filter_and_page()
    {
        _aws.Xml(Page("i-1", "<nextToken>n1</nextToken>"));
        _aws.Xml(Page("i-2", ""));

        var running = await _aws.Region().Instances.DescribeRunningAsync(["eks:cluster-name", "kubernetes.io/cluster/*"], Stop);

        Assert.Equal(["i-1", "i-2"], running.Select(instance => instance.InstanceId));
        Assert.Contains(
            "Filter.1.Name=tag-key&Filter.1.Value.1=eks%3Acluster-name&Filter.1.Value.2=kubernetes.io%2Fcluster%2F%2A&Filter.2.Name=instance-state-name&Filter.2.Value.1=running",
            _aws.Http.Seen[0].Body,
            StringComparison.Ordinal);
        Assert.Contains("NextToken=n1", _aws.Http.Seen[1].Body, StringComparison.Ordinal);

        static string Page(string id, string next) => $"""
            <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><instancesSet><item><instanceId>{id}</instanceId>
            <instanceState><code>16</code><name>running</name></instanceState></item></instancesSet></item></reservationSet>{next}</DescribeInstancesResponse>
            """;
    }

    [Fact]
    public async Task Scheduled_events_are_kept_for_the_instances_that_were_asked_for()
    {
        _aws.Xml("""
            <DescribeInstanceStatusResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instanceStatusSet>
            <item><instanceId>i-1</instanceId><eventsSet><item><instanceEventId>e-1</instanceEventId><code>system-reboot</code><description>[Canceled] x</description><notBefore>2026-11-23T10:00:00.000Z</notBefore></item></eventsSet></item>
            <item><instanceId>i-9</instanceId><eventsSet><item><instanceEventId>e-9</instanceEventId><code>instance-stop</code></item></eventsSet></item></instanceStatusSet></DescribeInstanceStatusResponse>
            """);

        var scheduled = Assert.Single(await _aws.Region().Instances.DescribeScheduledEventsAsync(["i-1"], Stop));

        Assert.Equal(new ScheduledEvent("i-1", "e-1", "system-reboot", "[Canceled] x", new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), null), scheduled);
        Assert.True(scheduled.IsOver);
    }

    [Fact]
    public async Task Only_the_instances_of_a_page_are_read_and_none_of_its_other_items()
    {
        _aws.Xml("""
            <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><groupSet><item><groupId>sg-1</groupId></item></groupSet><instancesSet>
            <item><instanceId>i-1</instanceId><instanceState><name>running</name></instanceState><groupSet><item><groupId>sg-1</groupId></item></groupSet><tagSet/></item>
            <item><instanceId>i-2</instanceId><instanceState><name>stopped</name></instanceState><privateDnsName/><operator><managed>false</managed></operator></item>
            </instancesSet><groupSet><item><groupId>sg-2</groupId></item></groupSet></item><item><instancesSet/></item></reservationSet></DescribeInstancesResponse>
            """);

        var instances = await _aws.Region().Instances.DescribeAsync(["i-1", "i-2"], Stop);

        Assert.Equal([("i-1", InstanceLife.Running, null, null), ("i-2", InstanceLife.Stopped, (string?)null, (string?)null)], instances.Select(one => (one.InstanceId, one.Life, one.PrivateDnsName, one.OperatedBy)));
    }

    [Fact]
    public async Task A_refusal_of_EC2_has_its_code_and_its_sentence()
    {
        _aws.Http.Answer(HttpStatusCode.Forbidden, "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message></Error></Errors><RequestID>r</RequestID></Response>");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().Instances.DescribeAsync(["i-1"], Stop));

        Assert.Equal((AwsRefusal.Denied, "UnauthorizedOperation", "ec2:DescribeInstances failed with UnauthorizedOperation: You are not authorized"), (refused.Refusal, refused.Code, refused.Message));
    }

    [Fact]
    public async Task A_page_that_is_no_answer_of_EC2_is_unreachable()
    {
        _aws.Http.Answer(HttpStatusCode.OK, "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>");

        Assert.Equal(AwsRefusal.Unreachable, (await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().Instances.DescribeAsync(["i-1"], Stop))).Refusal);
    }

    [Fact]
    public async Task A_state_of_an_instance_that_is_not_known_is_a_call_that_failed()
    {
        _aws.Xml("<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>paused</name></instanceState></item></instancesSet></item></reservationSet></DescribeInstancesResponse>");

        Assert.Equal(AwsRefusal.Unreachable, (await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().Instances.DescribeAsync(["i-1"], Stop))).Refusal);
    }
}
