using System.Text.Json.Nodes;
using DrainerFunction.Messages;

namespace DrainerFunction.Interruptions.Decoding;

public sealed class MalformedMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 27, 13, 19, 8, TimeSpan.Zero);

    /// <summary>A good message, the field that is broken, what it is made (null: taken away), and what the operator is told.</summary>
    public static TheoryData<string, string, string?, string> Fields => new()
    {
        { "spot-reclaim", "detail", null, "detail is missing or not an object; detail.instance-id is missing or empty" },
        { "spot-reclaim", "detail", "\"text\"", "detail is missing or not an object; detail.instance-id is missing or empty" },
        { "spot-reclaim", "detail.instance-id", null, "detail.instance-id is missing or empty" },
        { "spot-reclaim", "detail.instance-id", "\"\"", "detail.instance-id is missing or empty" },
        { "spot-reclaim", "detail.instance-id", "{}", "detail.instance-id is missing or empty" },
        { "spot-reclaim", "detail.instance-id", "\"web-1\"", "detail.instance-id is not an instance id: 'web-1'" },
        { "spot-reclaim", "detail.instance-id", "\"i-0A1B2C3D4E5F60718\"", "detail.instance-id is not an instance id: 'i-0A1B2C3D4E5F60718'" },
        { "spot-reclaim", "detail.instance-id", "\"i-0a1b2c3d4e5f607180\"", "detail.instance-id is not an instance id: 'i-0a1b2c3d4e5f607180'" },
        { "spot-reclaim", "detail.instance-id", "\"i-0a1b2c3d\\n\"", "detail.instance-id is not an instance id: 'i-0a1b2c3d?'" },
        { "spot-reclaim", "account", null, "account is missing or empty" },
        { "spot-reclaim", "account", "\"12345678901\"", "account is not an account id of 12 digits: '12345678901'" },
        { "spot-reclaim", "account", "\"12345678901x\"", "account is not an account id of 12 digits: '12345678901x'" },
        { "spot-reclaim", "region", null, "region is missing or empty" },
        { "spot-reclaim", "region", "\"evil.example/\"", "region is not a region: 'evil.example/'" },
        { "spot-reclaim", "time", null, "time is missing or empty" },
        { "spot-reclaim", "time", "\"soon\"", "time is not a timestamp: 'soon'" },
        { "spot-reclaim", "time", "\"2026-08-28T13:19:09Z\"", "time is not within 30 days before and 5 minutes after the message was sent (2026-08-27T13:19:08Z): '2026-08-28T13:19:09Z'" },
        { "spot-reclaim", "time", "\"0001-01-01T00:00:00Z\"", "time is not within 30 days before and 5 minutes after the message was sent (2026-08-27T13:19:08Z): '0001-01-01T00:00:00Z'" },
        { "spot-reclaim", "detail-type", null, "detail-type is missing in an event from aws.ec2" },
        { "spot-reclaim", "source", null, "source is missing in an event of type 'EC2 Spot Instance Interruption Warning'" },
        { "rebalance-recommendation", "detail.instance-id", "\"h-1\"", "detail.instance-id is not an instance id: 'h-1'" },
        { "capacity-reclaim", "detail.instance-id", null, "detail.instance-id is missing or empty" },
        { "capacity-reclaim", "detail.instance-termination-time", "\"yyyy-mm-ddThh:mm:ssZ\"", "detail.instance-termination-time is not a timestamp: 'yyyy-mm-ddThh:mm:ssZ'" },
        { "state-change-stopping", "detail.state", null, "detail.state is missing or empty" },
        { "state-change-stopping", "detail.instance-id", null, "detail.instance-id is missing or empty" },
        { "termination", "detail.EC2InstanceId", null, "detail.EC2InstanceId is missing or empty" },
        { "termination", "detail.LifecycleHookName", "\" \"", "detail.LifecycleHookName is missing or empty" },
        { "termination", "detail.AutoScalingGroupName", null, "detail.AutoScalingGroupName is missing or empty" },
        { "termination", "detail.AutoScalingGroupName", "\"a\\u0000b\"", "detail.AutoScalingGroupName is not a valid name: 'a?b'" },
        { "launch", "detail.LifecycleHookName", "[]", "detail.LifecycleHookName is missing or empty" },
        { "termination-direct", "LifecycleTransition", null, "LifecycleTransition is missing or empty" },
        { "termination-direct", "EC2InstanceId", "\"i-1\"", "EC2InstanceId is not an instance id: 'i-1'" },
        { "termination-direct", "AccountId", null, "AccountId is missing or empty" },
        { "termination-direct", "Time", "\"2036-08-27T13:19:03Z\"", "Time is not within 30 days before and 5 minutes after the message was sent (2026-08-27T13:19:08Z): '2036-08-27T13:19:03Z'" },
        { "launch-direct", "AutoScalingGroupName", "\"\"", "AutoScalingGroupName is missing or empty" },
        { "scheduled-change-reboot", "detail.service", null, "detail.service is missing or empty" },
        { "scheduled-change-reboot", "detail.eventTypeCategory", null, "detail.eventTypeCategory is missing or empty" },
        { "scheduled-change-reboot", "detail.eventArn", null, "detail.eventArn is missing or empty" },
        { "scheduled-change-reboot", "detail.eventTypeCode", null, "detail.eventTypeCode is missing or empty" },
        { "scheduled-change-reboot", "detail.startTime", null, "detail.startTime is missing or empty" },
        { "scheduled-change-reboot", "detail.startTime", "\"Thu, 41 Aug 2026 13:19:03 GMT\"", "detail.startTime is not a timestamp: 'Thu, 41 Aug 2026 13:19:03 GMT'" },
        { "scheduled-change-reboot", "detail.statusCode", "\"maybe\"", "detail.statusCode is not one of upcoming, open, closed: 'maybe'" },
        { "scheduled-change-many", "detail.affectedAccount", "\"ours\"", "detail.affectedAccount is not an account id of 12 digits: 'ours'" },
        { "scheduled-change-reboot", "detail.eventRegion", "\"global\"", "detail.eventRegion is not a region: 'global'" },
        { "scheduled-change-reboot", "detail.affectedEntities", "[{\"entityValue\":\"i-nothing\"}]", "detail.affectedEntities contains an invalid instance id" },
        { "spot-reclaim-sns", "Message", null, "Message of the SNS envelope is missing or not a JSON object" },
        { "spot-reclaim-sns", "Message", "\"not json\"", "Message of the SNS envelope is missing or not a JSON object" },
        { "spot-reclaim-sns", "Message", "\"[]\"", "Message of the SNS envelope is missing or not a JSON object" },
    };

    [Theory, MemberData(nameof(Fields))]
    public void What_is_missing_or_absurd_is_named(string name, string field, string? value, string why) =>
        Assert.Equal(why, Why(With(Bodies.Of(name), field, value)));

    [Theory]
    [InlineData("", "The body is not JSON: line 1, byte 1")]
    [InlineData("hello", "The body is not JSON: line 1, byte 1")]
    [InlineData("{\n\"source\":x", "The body is not JSON: line 2, byte 10")]
    [InlineData("{}\0", "The body is not JSON: line 1, byte 3")]
    [InlineData("null", "The body is JSON but not an object: Null")]
    [InlineData("[{}]", "The body is JSON but not an object: Array")]
    [InlineData("\"text\"", "The body is JSON but not an object: String")]
    [InlineData("{\"source\":\"\\ud800\"}", "The body contains an invalid Unicode escape sequence")]
    public void What_is_no_JSON_object_is_malformed(string body, string why) =>
        Assert.Equal(why, Why(body));

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var body = With(With(With(Bodies.Of("termination"), "account", null), "detail.EC2InstanceId", "\"x\""), "detail.LifecycleHookName", null);

        Assert.Equal("account is missing or empty; detail.LifecycleHookName is missing or empty; detail.EC2InstanceId is not an instance id: 'x'", Why(body));
    }

    [Fact]
    public void An_envelope_in_an_envelope_is_not_acknowledged_for_it_may_hold_an_interruption() =>
        Assert.Equal("Message of the SNS envelope is another SNS envelope", Why(Bodies.Of("sns-in-sns")));

    [Fact]
    public void A_groups_own_message_needs_a_queue_whose_region_is_known() => Assert.Equal(
        new DecodedMessage.Malformed("region is missing, and the region of the queue is unknown"),
        Decode(Bodies.Of("termination-direct"), queue: "unknown"));

    [Theory]
    [InlineData("2026-08-27T13:24:08Z", true)]
    [InlineData("2026-08-27T13:24:09Z", false)]
    [InlineData("2026-07-28T13:19:08Z", true)]
    [InlineData("2026-07-28T13:19:07Z", false)]
    public void The_time_of_an_event_lies_within_thirty_days_before_and_five_minutes_after_the_message_was_sent(string time, bool isBelieved) =>
        Assert.Equal(isBelieved, Decode(With(Bodies.Of("spot-reclaim"), "time", $"\"{time}\"")) is DecodedMessage.Relevant);

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "2024-08-25T13:19:08Z")]
    [InlineData("2028-08-28T13:19:08Z", "2028-08-28T13:19:08Z")]
    [InlineData("9999-12-31T23:59:59Z", "2028-08-28T13:19:08Z")]
    public void A_date_that_AWS_announces_is_never_malformed_for_being_far(string start, string believed) => Assert.Equal(
        DateTimeOffset.Parse(believed, System.Globalization.CultureInfo.InvariantCulture),
        Assert.IsType<Interruption.ScheduledChange>(Assert.Single(Assert.IsType<DecodedMessage.Relevant>(
            Decode(With(Bodies.Of("scheduled-change-iso"), "detail.startTime", $"\"{start}\""))).Interruptions)).Notice.StartTime);

    [Theory]
    [InlineData("""{"instance-id":"i-0a1b2c3d4e5f60718","instance-action":"terminate"}""", "instance-id, instance-action")]
    [InlineData("""{"instance":"i-0a1b2c3d4e5f60718","when":"2026-08-27T13:19:03Z"}""", "instance, when")]
    [InlineData("""{"Records":[{"messageId":"m","body":"{}"}]}""", "Records")]
    [InlineData("""{"responsePayload":{"detail":{}},"version":"1.0"}""", "responsePayload, version")]
    [InlineData("""{"hello":"world"}""", "hello")]
    [InlineData("{}", "none")]
    public void JSON_of_no_known_shape_goes_to_the_dead_letter_queue_for_it_may_hold_an_interruption(string body, string members) =>
        Assert.Equal($"The body is no event: it has no source, detail-type or lifecycle transition. Its members: {members}", Why(body));

    [Fact]
    public void Of_thousands_of_problems_the_first_few_are_told()
    {
        var entities = string.Join(',', Enumerable.Range(0, 5000).Select(number => $$"""{"entityValue":"i-{{number}}"}"""));
        var broken = With(With(Bodies.Of("scheduled-change-reboot"), "detail.affectedEntities", $"[{entities}]"), "account", null);

        Assert.InRange(Why(broken).Length, 10, 1000);
    }

    [Fact]
    public void One_entity_that_is_no_instance_takes_no_other_with_it()
    {
        var body = With(Bodies.Of("scheduled-change-reboot"), "detail.affectedEntities", """[{"entityValue":"i-nothing"},{"entityValue":5},"text",{},{"entityValue":"i-0a1b2c3d4e5f60718"},{"entityValue":"i-0a1b2c3d4e5f60718"}]""");

        Assert.Equal("i-0a1b2c3d4e5f60718", Assert.Single(Assert.IsType<DecodedMessage.Relevant>(Decode(body)).Interruptions).InstanceId);
    }

    [Theory]
    [InlineData("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}")]
    [InlineData("{\"source\":\"my.app\"}")]
    [InlineData("{\"detail-type\":\"My Type\"}")]
    [InlineData("{\"source\":\"my.app\",\"detail-type\":\"EC2 Spot Instance Interruption Warning\"}")]
    [InlineData("{\"source\":\"aws.ec2\",\"detail-type\":\"EBS Volume Notification\"}")]
    [InlineData("{\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_THINKING\"}")]
    public void Well_formed_and_not_ours_is_ignored(string body) =>
        Assert.IsType<DecodedMessage.Ignored>(Decode(body));

    private static string Why(string body) => Assert.IsType<DecodedMessage.Malformed>(Decode(body)).Why;

    private static DecodedMessage Decode(string body, string queue = "arn:aws:sqs:eu-west-1:123456789012:drainer") => InterruptionDecoder.Decode(
        new Runtime.Payloads.SqsRecord { MessageId = "message-1", ReceiptHandle = "", Body = body, EventSourceArn = queue }, Now);

    private static string With(string body, string field, string? value)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        var parts = field.Split('.');
        var parent = parts.SkipLast(1).Aggregate(root, (node, part) => node[part]!.AsObject());
        Assert.True(parent.ContainsKey(parts[^1]), $"{field} is not in the message, so breaking it would prove nothing.");
        parent.Remove(parts[^1]);
        if (value is not null)
        {
            parent[parts[^1]] = JsonNode.Parse(value);
        }

        return root.ToJsonString();
    }
}
