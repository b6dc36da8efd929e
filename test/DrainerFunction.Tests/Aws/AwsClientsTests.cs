using System.Net;
using Amazon.Runtime;
using Amazon.SQS;

namespace DrainerFunction.Aws;

public sealed class AwsClientsTests : IDisposable
{
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
        Assert.Contains("10 s", refused.Message, StringComparison.Ordinal);
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
}
