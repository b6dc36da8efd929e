using System.Net;
using Amazon.Runtime;
using Amazon.SQS;

namespace DrainerFunction.Aws;

public sealed class AwsClientsTests : IDisposable
{
    private const string Theirs = "210987654321";

    private readonly ScriptedAws _aws = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_cluster_is_described_with_endpoint_and_authority()
    {
        _aws.Http.Answer(HttpStatusCode.OK, $$"""{"cluster":{"name":"prod","status":"ACTIVE","endpoint":"https://X.gr7.eu-west-1.eks.amazonaws.com","certificateAuthority":{"data":"{{Convert.ToBase64String("PEM"u8)}}" } } }""");

        var cluster = await _aws.Region().Clusters.DescribeAsync("prod", Stop);

        Assert.Equal(new EksCluster(new("https://X.gr7.eu-west-1.eks.amazonaws.com"), "PEM"), cluster);
        Assert.Equal("https://eks.eu-west-1.amazonaws.com/clusters/prod", _aws.Http.Seen[0].Uri.AbsoluteUri);
    }

    // restJson1: the type may come with a namespace before it and a URI after it.
    [Theory]
    [InlineData("ResourceNotFoundException")]
    [InlineData("ResourceNotFoundException:http://internal.amazon.com/coral/com.amazonaws.wesley/")]
    [InlineData("com.amazonaws.wesley#ResourceNotFoundException")]
    public async Task A_cluster_that_is_not_there_is_null(string type)
    {
        _aws.Http.Answer(HttpStatusCode.NotFound, """{"message":"No cluster found for name: x."}""", ("x-amzn-ErrorType", type));

        Assert.Null(await _aws.Region().Clusters.DescribeAsync("x", Stop));
    }

    [Fact]
    public async Task A_cluster_without_an_endpoint_yet_is_not_a_missing_one()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"cluster":{"name":"new","status":"CREATING","certificateAuthority":{}}}""");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().Clusters.DescribeAsync("new", Stop));
        Assert.Equal((AwsRefusal.Unreachable, "CREATING"), (refused.Refusal, refused.Code));
    }

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

    // What a proxy or a captive portal says with status 200 can be well-formed XML: it is neither an empty list nor a hook that was answered.
    [Fact]
    public async Task A_page_of_another_server_is_no_answer_although_it_is_XML()
    {
        const string Page = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Blocked</title></head><body/></html>";
        var region = _aws.Region();
        Func<Task>[] calls =
        [
            () => region.Instances.DescribeAsync(["i-1"], Stop),
            () => region.AutoScaling.DescribeInstancesAsync(["i-1"], Stop),
            () => region.AutoScaling.CompleteLifecycleActionAsync(new("g", "h", "i-1", null), LifecycleResult.Continue, Stop),
        ];
        foreach (var call in calls)
        {
            _aws.Xml(Page);
            Assert.Equal(AwsRefusal.Unreachable, (await Assert.ThrowsAsync<AwsCallException>(call)).Refusal);
        }
    }

    [Fact]
    public async Task A_state_of_an_instance_that_is_not_known_is_a_call_that_failed()
    {
        _aws.Xml("<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>paused</name></instanceState></item></instancesSet></item></reservationSet></DescribeInstancesResponse>");

        Assert.Equal(AwsRefusal.Unreachable, (await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().Instances.DescribeAsync(["i-1"], Stop))).Refusal);
    }

    [Theory]
    [InlineData("Throttling", 400, AwsRefusal.Throttled)]
    [InlineData("RequestTimeTooSkewed", 403, AwsRefusal.Unreachable)]
    [InlineData("RequestInTheFuture", 403, AwsRefusal.Unreachable)]
    [InlineData("RequestLimitExceeded", 503, AwsRefusal.Throttled)]
    [InlineData("AccessDenied", 403, AwsRefusal.Denied)]
    [InlineData("UnauthorizedOperation", 403, AwsRefusal.Denied)]
    [InlineData("ExpiredToken", 403, AwsRefusal.Denied)]
    [InlineData("ExpiredTokenException", 400, AwsRefusal.Denied)]
    [InlineData("InvalidInstanceID.NotFound", 400, AwsRefusal.NotFound)]
    [InlineData("QueueDoesNotExist", 400, AwsRefusal.NotFound)]
    [InlineData("ValidationError", 400, AwsRefusal.Invalid)]
    [InlineData("RequestExpired", 400, AwsRefusal.Unreachable)]
    [InlineData("RequestTimeout", 400, AwsRefusal.Unreachable)]
    [InlineData("KMS.ThrottlingException", 400, AwsRefusal.Throttled)]
    [InlineData("ServiceUnavailable", 503, AwsRefusal.Unreachable)]
    [InlineData("InternalFailure", 500, AwsRefusal.Unreachable)]
    [InlineData(null, 403, AwsRefusal.Denied)]
    [InlineData(null, 429, AwsRefusal.Throttled)]
    [InlineData(null, 0, AwsRefusal.Unreachable)]
    internal void Every_refusal_has_its_meaning(string? code, int status, AwsRefusal refusal) =>
        Assert.Equal(refusal, AwsCalls.RefusalOf(code, (HttpStatusCode)status));

    [Fact]
    public async Task A_client_of_the_sdks_own_counts_too_and_every_way_out_for_itself()
    {
        var (connection, another) = (_aws.Connection(), new AwsConnection(new(_aws.Http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1"));
        using var sqs = new AmazonSQSClient(connection.OwnCredentials, WithoutRetries(connection.Set(new AmazonSQSConfig(), "eu-west-1")));
        _aws.Http.Answer(HttpStatusCode.BadRequest, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Rate exceeded"}""");

        await Assert.ThrowsAsync<AwsCallException>(() => new Queues(new(sqs), new(_aws.Time)).SendAsync(
            new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), "hello", new Dictionary<string, string>(), TimeSpan.Zero, Stop));

        Assert.Equal((1, 0), (connection.CallsThrottled, another.CallsThrottled));
    }

    [Fact]
    public async Task A_call_without_an_answer_is_given_up_after_ten_seconds_on_our_clock()
    {
        _aws.Http.Hang();
        var call = _aws.Region().Clusters.DescribeAsync("prod", Stop);
        await Task.WhenAny(call, _aws.Http.WhenAsked(1));

        _aws.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(call.IsCompleted);
        _aws.Time.Advance(TimeSpan.FromSeconds(0.2));

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => call);
        Assert.Equal((AwsRefusal.Unreachable, "Timeout"), (refused.Refusal, refused.Code));
    }

    [Fact]
    public async Task A_call_that_is_no_longer_wanted_is_cancelled_and_not_called_unreachable()
    {
        using var stop = new CancellationTokenSource();
        _aws.Http.Hang();
        var call = _aws.Region().Clusters.DescribeAsync("prod", stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task What_is_no_answer_of_the_service_is_unreachable()
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(
            () => new AwsCalls(_aws.Time).AskAsync<int>("eks:DescribeCluster", _ => throw new System.Text.Json.JsonException("'<' is an invalid start of a value"), Stop));

        Assert.Equal(AwsRefusal.Unreachable, refused.Refusal);
    }

    [Fact]
    public async Task Another_account_is_entered_by_its_role_once()
    {
        _aws.Role = new("Drainer", "secret-id");
        _aws.Xml($"""
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
            <SessionToken>tok</SessionToken><Expiration>{_aws.Time.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """);
        _aws.Xml(ScriptedAws.Instances("i-1"));
        _aws.Xml(ScriptedAws.Instances("i-2"));
        var theirs = _aws.Region(Theirs);

        await theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop);
        await theirs.AutoScaling.DescribeInstancesAsync(["i-2"], Stop);

        Assert.Equal(3, _aws.Http.Seen.Count);
        Assert.Contains($"RoleArn={Uri.EscapeDataString($"arn:aws:iam::{Theirs}:role/Drainer")}", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("ExternalId=secret-id", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Equal("https://sts.eu-west-1.amazonaws.com/", _aws.Http.Seen[0].Uri.AbsoluteUri);
        Assert.Contains("Credential=ASIAROLE/", _aws.Http.Seen[1].Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("tok", _aws.Http.Seen[2].Headers["X-Amz-Security-Token"]);
    }

    // They are renewed five minutes before they end: what is still good until then is used, whatever STS says.
    [Theory]
    [InlineData(3, 10, true)]
    [InlineData(9, 10, true)]
    [InlineData(10, 10, false)]
    public async Task Credentials_of_another_account_are_used_to_their_end_while_new_ones_cannot_be_had(int minutes, int last, bool areUsed)
    {
        using var http = new Doors(_aws.Time.GetUtcNow().AddMinutes(last));
        var theirs = new AwsClients(new(new(http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1"), new(_ => Task.FromResult(ScriptedAws.Ours)), new("Drainer", null), _aws.Time).In(new(Theirs, "eu-west-1"));
        await theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop);
        http.IsShut = true;
        _aws.Time.Advance(TimeSpan.FromMinutes(minutes));

        var asked = await Record.ExceptionAsync(() => theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop));

        Assert.Equal((areUsed, areUsed ? 2 : 1), (asked is null, http.Answered));
    }

    [Fact]
    public async Task Another_account_without_a_role_is_denied()
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region(Theirs).ClusterTokens.PresignAsync("prod", Stop));

        Assert.Equal(AwsRefusal.Denied, refused.Refusal);
        Assert.Contains("ASSUME_ROLE_NAME", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_token_is_to_be_refreshed_after_ten_minutes_and_does_not_print_itself()
    {
        var token = await _aws.Region().ClusterTokens.PresignAsync("prod", Stop);

        Assert.Equal(_aws.Time.GetUtcNow().AddMinutes(10), token.RefreshAt);
        Assert.DoesNotContain("k8s-aws", token.ToString(), StringComparison.Ordinal);
        Assert.Empty(_aws.Http.Seen);
    }

    [Fact]
    public async Task Visibility_is_changed_ten_messages_a_call_and_lost_ones_are_named()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"expired"}]}""");
        _aws.Http.Answer(HttpStatusCode.OK, """{"Successful":[{"Id":"0"}],"Failed":[]}""");

        var lost = await _aws.Queues().ChangeVisibilityAsync(
            new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), [.. Enumerable.Range(0, 11).Select(i => $"h{i}")], TimeSpan.FromSeconds(44.2), Stop);

        Assert.Equal(["h1"], lost);
        Assert.Contains("\"VisibilityTimeout\":45", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("h10", _aws.Http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_sent_with_its_attributes_and_delay()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"MessageId":"m","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}""");

        await _aws.Queues().SendAsync(new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), "hello", new Dictionary<string, string> { ["drainer-chain"] = "c" }, TimeSpan.FromSeconds(20), Stop);

        Assert.Contains("\"DelaySeconds\":20", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"drainer-chain\":{\"DataType\":\"String\",\"StringValue\":\"c\"}", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:q", "https://sqs.eu-west-1.amazonaws.com/123456789012/q")]
    [InlineData("arn:aws-cn:sqs:cn-north-1:123456789012:q.fifo", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q.fifo")]
    public void A_queues_arn_tells_its_url(string arn, string url) => Assert.Equal(new Uri(url), _aws.Queues().UrlOf(arn));

    [Fact]
    public async Task The_function_arn_tells_our_account_so_that_sts_is_not_asked()
    {
        var own = new OwnAccount(_ => throw new InvalidOperationException());
        own.Learn("not an arn");
        own.Learn($"arn:aws:lambda:eu-west-1:{ScriptedAws.Ours}:function:drainer:live");

        Assert.Equal(ScriptedAws.Ours, await own.GetAsync(Stop));
    }

    private static AmazonSQSConfig WithoutRetries(AmazonSQSConfig config)
    {
        config.MaxErrorRetry = 0;
        return config;
    }

    /// <summary>STS lets its callers in until it is shut; Auto Scaling always answers.</summary>
    private sealed class Doors(DateTimeOffset end) : HttpMessageHandler
    {
        private int _answered;

        public bool IsShut { get; set; }

        public int Answered => _answered;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isSts = request.RequestUri!.Host.StartsWith("sts.", StringComparison.Ordinal);
            _answered += isSts ? 0 : 1;
            var body = !isSts ? ScriptedAws.Instances("i-1")
                : IsShut ? "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
                : $"""
                    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
                    <SessionToken>tok</SessionToken><Expiration>{end:yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
                    """;
            return Task.FromResult(new HttpResponseMessage(isSts && IsShut ? HttpStatusCode.Forbidden : HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(body) });
        }
    }
}
