using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SQS;
using Amazon.SQS.Model;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// The peer is the AWS SDK for .NET: it signs, parses the protocols' XML and JSON, and compares the MD5 digests itself.
public sealed class AwsWireTests : IAsyncLifetime
{
    private readonly SimulatedWorld _world = new(TimeProvider.System, 1);
    private AwsWire _wire = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AwsRegion Region => _world.Aws.Default;

    public async ValueTask InitializeAsync() => _wire = await AwsWire.StartAsync(_world, TimeProvider.System, cancellationToken: Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task A_message_goes_through_the_SDK_and_back_with_its_attributes()
    {
        using var sqs = Sqs();
        var url = (await sqs.CreateQueueAsync("q", Cancelled)).QueueUrl;
        await sqs.SendMessageAsync(new() { QueueUrl = url, MessageBody = "héllo", MessageAttributes = new() { ["chain"] = new() { DataType = "String", StringValue = "c1" } } }, Cancelled);
        var received = (await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, MessageAttributeNames = ["All"], MessageSystemAttributeNames = ["All"], WaitTimeSeconds = 5 }, Cancelled)).Messages.Single();
        await sqs.ChangeMessageVisibilityAsync(url, received.ReceiptHandle, 45, Cancelled);
        await sqs.DeleteMessageAsync(url, received.ReceiptHandle, Cancelled);

        Assert.Equal(("héllo", "c1", "1"), (received.Body, received.MessageAttributes["chain"].StringValue, received.Attributes["ApproximateReceiveCount"]));
        Assert.Equal(_world.Aws.Credentials.Administrator.PrincipalArn, Assert.Single(Region.Sqs.Queue("q").Deleted).By);
        await Assert.ThrowsAsync<QueueDoesNotExistException>(() => sqs.GetQueueUrlAsync("none", Cancelled));
    }

    [Fact]
    public async Task A_long_poll_ends_when_a_message_arrives()
    {
        using var sqs = Sqs();
        var url = Region.Sqs.CreateQueue("q").Url;
        var poll = sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 20 }, Cancelled);
        Region.Sqs.Send("q", "m");

        Assert.Equal("m", (await poll).Messages.Single().Body);
    }

    [Fact]
    public async Task Instances_are_described_as_the_SDK_understands_them()
    {
        using var ec2 = Ec2();
        var spot = Region.Ec2.Launch(new() { AlreadyRunning = true, IsSpot = true, Tags = new Dictionary<string, string> { ["a"] = "b" }, Operator = "eks.amazonaws.com" });
        Region.Ec2.Interruptions.ScheduleEvent(spot.InstanceId, "system-reboot", _world.Now.AddDays(1));
        var shown = (await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = [new("instance-id", [spot.InstanceId, "i-0bad"])] }, Cancelled)).Reservations.Single().Instances.Single();
        var status = (await ec2.DescribeInstanceStatusAsync(new DescribeInstanceStatusRequest { InstanceIds = [spot.InstanceId] }, Cancelled)).InstanceStatuses.Single();
        var refused = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = ["i-0bad"] }, Cancelled));

        Assert.Equal((spot.PrivateDnsName, "running", "spot", "b"), (shown.PrivateDnsName, shown.State.Name.Value, shown.InstanceLifecycle.Value, shown.Tags.Single().Value));
        Assert.Equal("eks.amazonaws.com", shown.Operator.Principal);
        Assert.Equal("system-reboot", status.Events.Single().Code.Value);
        Assert.Equal(("InvalidInstanceID.NotFound", HttpStatusCode.BadRequest), (refused.ErrorCode, refused.StatusCode));
    }

    [Fact]
    public async Task An_assumed_role_signs_for_its_own_account()
    {
        var role = _world.Aws.Credentials.AddRole("210987654321", "reader");
        using var sts = new AmazonSecurityTokenServiceClient(Key(_world.Aws.Credentials.Administrator), new AmazonSecurityTokenServiceConfig { ServiceURL = Url, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });
        var issued = (await sts.AssumeRoleAsync(new() { RoleArn = role.Arn, RoleSessionName = "s1" }, Cancelled)).Credentials;
        using var sqs = new AmazonSQSClient(issued, new AmazonSQSConfig { ServiceURL = Url, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        await sqs.CreateQueueAsync("theirs", Cancelled);

        Assert.Single(_world.Aws.Region("210987654321", "us-east-1").Sqs.ListQueues());
        Assert.Empty(Region.Sqs.ListQueues());
    }

    [Fact]
    public async Task A_wrong_secret_an_unknown_key_and_a_wrong_clock_are_refused()
    {
        using var wrong = Ec2(new BasicAWSCredentials(_world.Aws.Credentials.Administrator.Id, "wrong"));
        using var unknown = Ec2(new BasicAWSCredentials("AKIAUNKNOWN", "wrong"));
        Assert.Equal("SignatureDoesNotMatch", await Refusal(wrong));
        Assert.Equal("AuthFailure", await Refusal(unknown));
        _wire.ClockSkew = TimeSpan.FromHours(1);
        using var early = Ec2();

        Assert.Equal("RequestExpired", await Refusal(early));
    }

    [Theory]
    [InlineData(AwsFaultKind.Throttle, "RequestLimitExceeded")]
    [InlineData(AwsFaultKind.InternalError, "InternalError")]
    [InlineData(AwsFaultKind.Denied, "UnauthorizedOperation")]
    internal async Task Faults_strike_as_often_as_they_are_asked_to(AwsFaultKind kind, string code)
    {
        using var ec2 = Ec2();
        _world.Aws.Faults.Add(new(kind, "ec2") { Left = 1 });
        Assert.Equal(code, await Refusal(ec2));

        Assert.Null((await ec2.DescribeInstancesAsync(Cancelled)).Reservations);
    }

    [Fact]
    public async Task A_hook_stands_before_the_world_and_another_behind_it()
    {
        using var sqs = Sqs();
        Region.Sqs.CreateQueue("q");
        var seen = new List<(WireRequest Request, int Messages)>();
        Task Look(WireRequest request, CancellationToken cancellationToken)
        {
            seen.Add((request, Region.Sqs.Contents("q").Count));
            return Task.CompletedTask;
        }

        (_wire.Hooks.Before, _wire.Hooks.After) = (Look, Look);
        await sqs.SendMessageAsync(Region.Sqs.Queue("q").Url, "m", Cancelled);

        var expected = new WireRequest("sqs", "SendMessage", 1) { AccessKey = _world.Aws.Credentials.Administrator.Id };
        Assert.Equal([(expected, 0), (expected, 1)], seen);
        Assert.Equal(1, _wire.Hooks.Counts[("sqs", "SendMessage")]);
    }

    // The SDK sends again what was not answered: that tells whether the first one was applied.
    [Theory, InlineData(false, 1), InlineData(true, 2)]
    public async Task A_hook_that_throws_drops_the_request_before_the_world_and_only_its_answer_behind_it(bool after, int applied)
    {
        using var sqs = Sqs();
        var url = Region.Sqs.CreateQueue("q").Url;
        RequestHook first = (request, _) => request.Order == 1 ? throw new IOException("killed") : Task.CompletedTask;
        (_wire.Hooks.Before, _wire.Hooks.After) = (after ? null : first, after ? first : null);
        await sqs.SendMessageAsync(url, "m", Cancelled);

        Assert.Equal((applied, 2), (Region.Sqs.Contents("q").Count, _wire.Hooks.Counts[("sqs", "SendMessage")]));
    }

    // SQS as AWS CLI 2.9 and older speak it; shape: SQS API Reference of 2012-11-05, "Making Query API requests".
    [Fact]
    public async Task Old_clients_speak_Query_to_a_queue()
    {
        Region.Sqs.CreateQueue("q");
        Region.Sqs.Send("q", "m");
        var call = AwsCall.Read(new("POST", "/123456789012/q", "", new Dictionary<string, string> { ["content-type"] = "application/x-www-form-urlencoded" },
            "Action=ReceiveMessage&Version=2012-11-05&AttributeName.1=ApproximateReceiveCount"u8.ToArray()));
        var answer = await AwsSqsQuery.AnswerAsync(call, new(Region, _world.Aws.Credentials.Administrator, null), "r", Cancelled);

        Assert.Contains("<ReceiveMessageResult><Message><MessageId>", answer.Body, StringComparison.Ordinal);
        Assert.Contains("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>", answer.Body, StringComparison.Ordinal);
    }

    private string Url => _wire.Endpoint.AbsoluteUri;

    private AmazonSQSClient Sqs() => new(Key(_world.Aws.Credentials.Administrator), new AmazonSQSConfig { ServiceURL = Url, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

    private AmazonEC2Client Ec2(AWSCredentials? credentials = null) =>
        new(credentials ?? Key(_world.Aws.Credentials.Administrator), new AmazonEC2Config { ServiceURL = Url, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

    private static BasicAWSCredentials Key(AccessKey key) => new(key.Id, key.Secret);

    private static async Task<string> Refusal(AmazonEC2Client ec2) =>
        (await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DescribeInstancesAsync(Cancelled))).ErrorCode;
}
