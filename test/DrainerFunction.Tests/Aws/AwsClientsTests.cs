using System.Net;
using Amazon.Runtime;
using Amazon.SQS;
using DrainerFunction.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Aws;

public sealed class AwsClientsTests : IDisposable
{
    private const string Ours = "123456789012";
    private const string Theirs = "210987654321";

    private readonly ScriptedHttp _http = new();
    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private AssumedRole? _role;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_lifecycle_action_is_completed_by_a_signed_query()
    {
        Xml("<CompleteLifecycleActionResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><CompleteLifecycleActionResult/></CompleteLifecycleActionResponse>");

        Assert.True(await Region().AutoScaling.CompleteLifecycleActionAsync(new("g 1", "h", "i-1", "t"), LifecycleResult.Continue, Stop));

        var asked = Assert.Single(_http.Seen);
        Assert.Equal("https://autoscaling.eu-west-1.amazonaws.com/", asked.Uri.AbsoluteUri);
        Assert.Equal(
            "Action=CompleteLifecycleAction&AutoScalingGroupName=g%201&InstanceId=i-1&LifecycleActionResult=CONTINUE&LifecycleActionToken=t&LifecycleHookName=h&Version=2011-01-01",
            string.Join('&', asked.Body.Split('&').Order(StringComparer.Ordinal)));
        Assert.Contains("Credential=AKID/", asked.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/autoscaling/aws4_request", asked.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_active_lifecycle_action_is_an_answer_and_no_failure(bool complete)
    {
        Error("ValidationError", "No active Lifecycle Action found with instance ID i-1");
        var hooked = new HookedInstance("g", "h", "i-1", null);

        Assert.False(complete
            ? await Region().AutoScaling.CompleteLifecycleActionAsync(hooked, LifecycleResult.Abandon, Stop)
            : await Region().AutoScaling.RecordLifecycleActionHeartbeatAsync(hooked, Stop));
        Assert.DoesNotContain("LifecycleActionToken", _http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_validation_error_is_one()
    {
        Error("ValidationError", "AutoScalingGroup name not found");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => Region().AutoScaling.RecordLifecycleActionHeartbeatAsync(new("g", "h", "i-1", null), Stop));

        Assert.Equal((AwsRefusal.Invalid, "ValidationError", "autoscaling:RecordLifecycleActionHeartbeat"), (refused.Refusal, refused.Code, refused.Operation));
    }

    [Fact]
    public async Task Instances_of_groups_are_asked_for_fifty_at_a_time()
    {
        Xml(Instances("i-0"));
        Xml(Instances("i-50"));

        var found = await Region().AutoScaling.DescribeInstancesAsync([.. Enumerable.Range(0, 51).Select(i => $"i-{i}")], Stop);

        Assert.Equal([new("i-0", "g", "Terminating:Wait"), new("i-50", "g", "Terminating:Wait")], found);
        Assert.Contains("InstanceIds.member.50=i-49", _http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("InstanceIds.member.1=i-50", _http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_read_page_by_page()
    {
        Xml(Groups("a", "<NextToken>n1</NextToken>"));
        Xml(Groups("b", ""));

        var groups = await Region().AutoScaling.DescribeAllGroupsAsync(Stop);

        Assert.Equal(["a", "b"], groups.Select(group => group.Name));
        Assert.True(groups[0].CapacityRebalance);
        Assert.Equal("v", groups[0].Tags["k"]);
        Assert.Equal(new GroupInstance("i-1", "a", "InService"), Assert.Single(groups[0].Instances));
        Assert.Contains("NextToken=n1", _http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hooks_come_with_their_times()
    {
        Xml("""
            <DescribeLifecycleHooksResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeLifecycleHooksResult><LifecycleHooks><member>
            <GlobalTimeout>172800</GlobalTimeout><DefaultResult>ABANDON</DefaultResult><HeartbeatTimeout>300</HeartbeatTimeout><AutoScalingGroupName>g</AutoScalingGroupName>
            <LifecycleHookName>h</LifecycleHookName><LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition></member></LifecycleHooks></DescribeLifecycleHooksResult></DescribeLifecycleHooksResponse>
            """);

        Assert.Equal(
            [new("h", "autoscaling:EC2_INSTANCE_TERMINATING", TimeSpan.FromMinutes(5), TimeSpan.FromHours(48), "ABANDON")],
            await Region().AutoScaling.DescribeLifecycleHooksAsync("g", Stop));
    }

    [Fact]
    public async Task A_cluster_is_described_with_endpoint_and_authority()
    {
        _http.Answer(HttpStatusCode.OK, $$"""{"cluster":{"name":"prod","status":"ACTIVE","endpoint":"https://X.gr7.eu-west-1.eks.amazonaws.com","certificateAuthority":{"data":"{{Convert.ToBase64String("PEM"u8)}}" } } }""");

        var cluster = await Region().Clusters.DescribeAsync("prod", Stop);

        Assert.Equal(new EksCluster("prod", new("https://X.gr7.eu-west-1.eks.amazonaws.com"), "PEM"), cluster);
        Assert.Equal("https://eks.eu-west-1.amazonaws.com/clusters/prod", _http.Seen[0].Uri.AbsoluteUri);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_null()
    {
        _http.Answer(HttpStatusCode.NotFound, """{"message":"No cluster found for name: x."}""", ("x-amzn-ErrorType", "ResourceNotFoundException"));

        Assert.Null(await Region().Clusters.DescribeAsync("x", Stop));
    }

    [Fact]
    public async Task A_cluster_without_an_endpoint_yet_is_not_a_missing_one()
    {
        _http.Answer(HttpStatusCode.OK, """{"cluster":{"name":"new","status":"CREATING","certificateAuthority":{}}}""");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => Region().Clusters.DescribeAsync("new", Stop));
        Assert.Equal((AwsRefusal.Unreachable, "CREATING"), (refused.Refusal, refused.Code));
    }

    [Fact]
    public async Task Instances_are_asked_for_by_filter_and_read_with_tags_life_and_operator()
    {
        Xml("""
            <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>
            <instanceState><code>32</code><name>shutting-down</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><instanceLifecycle>spot</instanceLifecycle>
            <launchTime>2026-11-22T09:00:00.000Z</launchTime><operator><managed>true</managed><principal>eks.amazonaws.com</principal></operator>
            <tagSet><item><key>k</key><value>v</value></item></tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>
            """);

        var instance = Assert.Single(await Region().Instances.DescribeAsync(["i-1", "i-2"], Stop));

        Assert.Equal((InstanceLife.ShuttingDown, "ip-10-0-0-1.ec2.internal", true, "eks.amazonaws.com", "v"), (instance.Life, instance.PrivateDnsName, instance.IsSpot, instance.OperatedBy, instance.Tags["k"]));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), instance.LaunchedAt);
        Assert.Contains("Filter.1.Name=instance-id&Filter.1.Value.1=i-1&Filter.1.Value.2=i-2", _http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scheduled_events_are_kept_for_the_instances_that_were_asked_for()
    {
        Xml("""
            <DescribeInstanceStatusResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instanceStatusSet>
            <item><instanceId>i-1</instanceId><eventsSet><item><instanceEventId>e-1</instanceEventId><code>system-reboot</code><description>[Canceled] x</description><notBefore>2026-11-23T10:00:00.000Z</notBefore></item></eventsSet></item>
            <item><instanceId>i-9</instanceId><eventsSet><item><instanceEventId>e-9</instanceEventId><code>instance-stop</code></item></eventsSet></item></instanceStatusSet></DescribeInstanceStatusResponse>
            """);

        var scheduled = Assert.Single(await Region().Instances.DescribeScheduledEventsAsync(["i-1"], Stop));

        Assert.Equal(new ScheduledEvent("i-1", "e-1", "system-reboot", "[Canceled] x", new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), null), scheduled);
        Assert.True(scheduled.IsOver);
    }

    [Theory]
    [InlineData("Throttling", 400, AwsRefusal.Throttled)]
    [InlineData("RequestLimitExceeded", 503, AwsRefusal.Throttled)]
    [InlineData("AccessDenied", 403, AwsRefusal.Denied)]
    [InlineData("UnauthorizedOperation", 403, AwsRefusal.Denied)]
    [InlineData("ExpiredToken", 403, AwsRefusal.Denied)]
    [InlineData("ExpiredTokenException", 400, AwsRefusal.Denied)]
    [InlineData("InvalidInstanceID.NotFound", 400, AwsRefusal.NotFound)]
    [InlineData("QueueDoesNotExist", 400, AwsRefusal.NotFound)]
    [InlineData("ValidationError", 400, AwsRefusal.Invalid)]
    [InlineData("ServiceUnavailable", 503, AwsRefusal.Unreachable)]
    [InlineData("InternalFailure", 500, AwsRefusal.Unreachable)]
    [InlineData(null, 403, AwsRefusal.Denied)]
    [InlineData(null, 429, AwsRefusal.Throttled)]
    [InlineData(null, 0, AwsRefusal.Unreachable)]
    internal void Every_refusal_has_its_meaning(string? code, int status, AwsRefusal refusal) =>
        Assert.Equal(refusal, AwsCalls.RefusalOf(code, (HttpStatusCode)status));

    // The SDK waits up to a second before it asks again, by a clock of its own.
    [Fact]
    public async Task An_answer_that_asks_for_fewer_calls_is_counted_although_a_retry_made_it_good()
    {
        Error("Throttling", "Rate exceeded");
        Xml(Instances("i-1"));
        Error("ValidationError", "No active Lifecycle Action found with instance ID i-1");
        var clients = Clients();
        var autoScaling = clients.In(new(Ours, "eu-west-1")).AutoScaling;

        Assert.Single(await autoScaling.DescribeInstancesAsync(["i-1"], Stop));
        await autoScaling.RecordLifecycleActionHeartbeatAsync(new("g", "h", "i-1", null), Stop);

        Assert.Equal((3, 1), (_http.Seen.Count, clients.CallsThrottled));
    }

    [Fact]
    public async Task A_client_of_the_sdks_own_counts_too_and_every_way_out_for_itself()
    {
        var (connection, another) = (Connection(), new AwsConnection(new(_http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1"));
        using var sqs = new AmazonSQSClient(connection.OwnCredentials, WithoutRetries(connection.Set(new AmazonSQSConfig(), "eu-west-1")));
        _http.Answer(HttpStatusCode.BadRequest, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Rate exceeded"}""");

        await Assert.ThrowsAsync<AwsCallException>(() => new Queues(new(sqs), new(_time)).SendAsync(
            new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), "hello", new Dictionary<string, string>(), TimeSpan.Zero, Stop));

        Assert.Equal((1, 0), (connection.CallsThrottled, another.CallsThrottled));
    }

    [Fact]
    public async Task A_call_without_an_answer_is_given_up_after_ten_seconds_on_our_clock()
    {
        _http.Hang();
        var call = Region().Clusters.DescribeAsync("prod", Stop);
        await Task.WhenAny(call, _http.WhenAsked(1));

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => call);
        Assert.Equal((AwsRefusal.Unreachable, "Timeout"), (refused.Refusal, refused.Code));
    }

    [Fact]
    public async Task A_call_that_is_no_longer_wanted_is_cancelled_and_not_called_unreachable()
    {
        using var stop = new CancellationTokenSource();
        _http.Hang();
        var call = Region().Clusters.DescribeAsync("prod", stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task What_is_no_answer_of_the_service_is_unreachable()
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(
            () => new AwsCalls(_time).AskAsync<int>("eks:DescribeCluster", _ => throw new System.Text.Json.JsonException("'<' is an invalid start of a value"), Stop));

        Assert.Equal(AwsRefusal.Unreachable, refused.Refusal);
    }

    [Fact]
    public async Task Another_account_is_entered_by_its_role_once()
    {
        _role = new("Drainer", "secret-id");
        Xml($"""
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
            <SessionToken>tok</SessionToken><Expiration>{_time.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """);
        Xml(Instances("i-1"));
        Xml(Instances("i-2"));
        var theirs = Region(Theirs);

        await theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop);
        await theirs.AutoScaling.DescribeInstancesAsync(["i-2"], Stop);

        Assert.Equal(3, _http.Seen.Count);
        Assert.Contains($"RoleArn={Uri.EscapeDataString($"arn:aws:iam::{Theirs}:role/Drainer")}", _http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("ExternalId=secret-id", _http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Equal("https://sts.eu-west-1.amazonaws.com/", _http.Seen[0].Uri.AbsoluteUri);
        Assert.Contains("Credential=ASIAROLE/", _http.Seen[1].Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("tok", _http.Seen[2].Headers["X-Amz-Security-Token"]);
    }

    [Fact]
    public async Task Another_account_without_a_role_is_denied()
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(() => Region(Theirs).ClusterTokens.PresignAsync("prod", Stop));

        Assert.Equal(AwsRefusal.Denied, refused.Refusal);
        Assert.Contains("ASSUME_ROLE_NAME", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_token_is_to_be_refreshed_after_ten_minutes_and_does_not_print_itself()
    {
        var token = await Region().ClusterTokens.PresignAsync("prod", Stop);

        Assert.Equal(_time.GetUtcNow().AddMinutes(10), token.RefreshAt);
        Assert.DoesNotContain("k8s-aws", token.ToString(), StringComparison.Ordinal);
        Assert.Empty(_http.Seen);
    }

    [Fact]
    public async Task Visibility_is_changed_ten_messages_a_call_and_lost_ones_are_named()
    {
        _http.Answer(HttpStatusCode.OK, """{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"expired"}]}""");
        _http.Answer(HttpStatusCode.OK, """{"Successful":[{"Id":"0"}],"Failed":[]}""");

        var lost = await Queues().ChangeVisibilityAsync(
            new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), [.. Enumerable.Range(0, 11).Select(i => $"h{i}")], TimeSpan.FromSeconds(44.2), Stop);

        Assert.Equal(["h1"], lost);
        Assert.Contains("\"VisibilityTimeout\":45", _http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("h10", _http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_sent_with_its_attributes_and_delay()
    {
        _http.Answer(HttpStatusCode.OK, """{"MessageId":"m","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}""");

        await Queues().SendAsync(new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), "hello", new Dictionary<string, string> { ["drainer-chain"] = "c" }, TimeSpan.FromSeconds(20), Stop);

        Assert.Contains("\"DelaySeconds\":20", _http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"drainer-chain\":{\"DataType\":\"String\",\"StringValue\":\"c\"}", _http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:q", "https://sqs.eu-west-1.amazonaws.com/123456789012/q")]
    [InlineData("arn:aws-cn:sqs:cn-north-1:123456789012:q.fifo", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q.fifo")]
    public void A_queues_arn_tells_its_url(string arn, string url) => Assert.Equal(new Uri(url), Queues().UrlOf(arn));

    [Fact]
    public async Task The_function_arn_tells_our_account_so_that_sts_is_not_asked()
    {
        var own = new OwnAccount(_ => throw new InvalidOperationException());
        own.Learn("not an arn");
        own.Learn($"arn:aws:lambda:eu-west-1:{Ours}:function:drainer:live");

        Assert.Equal(Ours, await own.GetAsync(Stop));
    }

    private static string Instances(string id) => $"""
        <DescribeAutoScalingInstancesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingInstancesResult><AutoScalingInstances><member>
        <InstanceId>{id}</InstanceId><AutoScalingGroupName>g</AutoScalingGroupName><LifecycleState>Terminating:Wait</LifecycleState></member></AutoScalingInstances></DescribeAutoScalingInstancesResult></DescribeAutoScalingInstancesResponse>
        """;

    private static string Groups(string name, string next) => $"""
        <DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>
        <AutoScalingGroupName>{name}</AutoScalingGroupName><CapacityRebalance>true</CapacityRebalance><Instances><member><InstanceId>i-1</InstanceId><LifecycleState>InService</LifecycleState></member></Instances>
        <Tags><member><Key>k</Key><Value>v</Value></member></Tags></member></AutoScalingGroups>{next}</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>
        """;

    private void Xml(string body) => _http.Answer(HttpStatusCode.OK, body);

    private void Error(string code, string message) => _http.Answer(
        HttpStatusCode.BadRequest, $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>");

    private AwsConnection Connection() => new(new(_http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1");

    private Queues Queues() => new(new(() => new AmazonSQSClient(Connection().OwnCredentials, Connection().Set(new AmazonSQSConfig(), "eu-west-1"))), new(_time));

    private static AmazonSQSConfig WithoutRetries(AmazonSQSConfig config)
    {
        config.MaxErrorRetry = 0;
        return config;
    }

    private AwsClients Clients() => new(Connection(), new(_ => Task.FromResult(Ours)), _role, _time);

    private AwsRegion Region(string account = Ours) => Clients().In(new(account, "eu-west-1"));
}
