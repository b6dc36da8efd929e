using DrainerFunction.Messages;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Interruptions.Decoding;

public sealed class InterruptionDecoderTests
{
    private const string Instance = "i-0a1b2c3d4e5f60718";
    private const string Other = "i-0f9e8d7c6b5a43210";
    private const string Resolved = "i-00c0ffee00c0ffee0";

    private static readonly DateTimeOffset At = new(2026, 8, 27, 13, 19, 3, TimeSpan.Zero);
    private static readonly DateTimeOffset AtOfGroup = At.AddMilliseconds(187);

    private static readonly Dictionary<string, Interruption[]> Forms = new()
    {
        ["spot-reclaim"] = [Spot(InstanceAction.Terminate)],
        ["spot-reclaim-stop"] = [Spot(InstanceAction.Stop)],
        ["spot-reclaim-hibernate"] = [Spot(InstanceAction.Hibernate)],
        ["spot-reclaim-sns"] = [Spot(InstanceAction.Terminate)],
        ["rebalance-recommendation"] = [new Interruption.RebalanceRecommendation { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = At }],
        ["capacity-reclaim"] = [Capacity(At.AddMinutes(2))],
        ["capacity-reclaim-interruptible"] = [Capacity(null)],
        ["state-change-stopping"] = [State(InstanceState.Stopping)],
        ["state-change-stopped"] = [State(InstanceState.Stopped)],
        ["state-change-shutting-down"] = [State(InstanceState.ShuttingDown)],
        ["state-change-terminated"] = [State(InstanceState.Terminated)],
        ["termination"] = [Termination("AutoScalingGroup", "EC2", At)],
        ["termination-into-warm-pool"] = [Termination("AutoScalingGroup", "WarmPool", At)],
        ["termination-direct"] = [Termination("AutoScalingGroup", "EC2", AtOfGroup)],
        ["termination-direct-sns"] = [Termination("AutoScalingGroup", "EC2", AtOfGroup)],
        ["launch"] = [Launch("EC2", "AutoScalingGroup", At)],
        ["launch-into-warm-pool"] = [Launch("EC2", "WarmPool", At)],
        ["launch-from-warm-pool"] = [Launch("WarmPool", "AutoScalingGroup", At)],
        ["launch-direct"] = [Launch("EC2", "AutoScalingGroup", AtOfGroup)],
        ["scheduled-change-reboot"] = [Change("AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED")],
        ["scheduled-change-retirement"] = [Change("AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", start: new(2026, 10, 1, 6, 0, 0, TimeSpan.Zero))],
        ["scheduled-change-closed"] = [Change("AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED", ScheduledChangeStatus.Closed, updated: new(2026, 8, 28, 8, 0, 0, TimeSpan.Zero))],
        ["scheduled-change-iso"] = [Change("AWS_EC2_INSTANCE_POWER_MAINTENANCE_SCHEDULED", updated: At.AddMilliseconds(123))],

        // Delivered to us-west-2, and to an organization's other account: it is about neither.
        ["scheduled-change-backup"] = [Change("AWS_EC2_INSTANCE_STOP_SCHEDULED")],
        ["scheduled-change-organization"] = [Change("AWS_EC2_INSTANCE_STOP_SCHEDULED", ScheduledChangeStatus.Open)],
        ["scheduled-change-many"] =
        [
            Change("AWS_EC2_SYSTEM_MAINTENANCE_EVENT"),
            Change("AWS_EC2_SYSTEM_MAINTENANCE_EVENT", instance: Other),
            Change("AWS_EC2_SYSTEM_MAINTENANCE_EVENT", ScheduledChangeStatus.Closed, instance: Resolved),
        ],
    };

    private static readonly Dictionary<string, string> Ignored = new()
    {
        ["state-change-running"] = "Instance state running needs no drain",
        ["scheduled-change-hosts-only"] = "The Health event names no instance",
        ["health-issue"] = "Unsupported Health event of category issue for service EC2",
        ["health-other-service"] = "Unsupported Health event of category scheduledChange for service RDS",
        ["group-notification"] = "autoscaling:EC2_INSTANCE_TERMINATE reports a finished Auto Scaling activity; no lifecycle hook waits",
        ["sns-subscription"] = "SNS subscription confirmation; SQS subscriptions of the same account need none",
        ["other-source"] = "Unsupported event 'Object Created' from aws.s3",
    };

    private static readonly string[] Tests = ["test-notification", "test-notification-transition", "test-notification-sns"];

    public static TheoryData<string> RelevantForms => [.. Forms.Keys];

    public static TheoryData<string> IgnoredForms => [.. Ignored.Keys];

    public static TheoryData<string> TestNotifications => [.. Tests];

    [Theory, MemberData(nameof(RelevantForms))]
    public void Every_form_of_an_interruption_is_understood(string name) => Assert.Equal(Forms[name], Assert.IsType<DecodedMessage.Relevant>(Decode(Bodies.Of(name))).Interruptions);

    [Theory, MemberData(nameof(IgnoredForms))]
    public void What_concerns_no_node_is_ignored_and_says_why(string name) =>
        Assert.Equal(Ignored[name], Assert.IsType<DecodedMessage.Ignored>(Decode(Bodies.Of(name))).Why);

    [Theory, MemberData(nameof(TestNotifications))]
    public void A_test_notification_names_its_group(string name) =>
        Assert.Equal(new DecodedMessage.TestNotification("web-workers"), Decode(Bodies.Of(name)));

    [Fact]
    public void Every_message_beside_these_tests_is_expected_to_be_something() =>
        Assert.Equal(Bodies.Names, Forms.Keys.Concat(Ignored.Keys).Concat(Tests).Append("sns-in-sns").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("STOPPING")]
    [InlineData("Shutting-Down")]
    [InlineData("Terminated")]
    public void A_state_is_known_in_any_letter_case(string state) =>
        Assert.IsType<DecodedMessage.Relevant>(Decode(Bodies.Of("state-change-stopping").Replace("\"stopping\"", $"\"{state}\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData("""  "instance-id": "i-0a1b2c3d4e5f60718" """, """ "instance-id": "arn:aws:ec2:eu-west-1:123456789012:instance/i-0a1b2c3d4e5f60718" """)]
    [InlineData("""  "instance-id": "i-0a1b2c3d4e5f60718" """, """ "instance-id": "arn:aws-us-gov:ec2:us-gov-west-1:123456789012:instance/i-0a1b2c3d4e5f60718" """)]
    [InlineData("""  "instance-id": "i-0a1b2c3d4e5f60718" """, """ "instance-id": "i-0a1b2c3d" """)]
    [InlineData("""  "account": "123456789012" """, """ "account": 123456789012 """)]
    [InlineData("""  "time": "2026-08-27T13:19:03Z" """, """ "time": "2026-08-27T13:19:03.123456+02:00" """)]
    [InlineData("""  "time": "2026-08-27T13:19:03Z" """, """ "time": "Thu, 27 Aug 2026 13:19:03 GMT" """)]
    [InlineData("""  "version": "0" """, """ "version": 0, "unknown": {"deeply": [[[{"instance-id": 1}]]]} """)]
    [InlineData("""  "instance-action": "terminate" """, """ "instance-action": "SOMETHING-NEW" """)]
    [InlineData("""  "instance-action": "terminate" """, """ "unknown": 1e999 """)]
    [InlineData("""  "resources" """, """ "recources" """)]
    public void What_AWS_writes_differently_at_times_is_understood_all_the_same(string said, string otherwise)
    {
        var body = Bodies.Of("spot-reclaim");
        Assert.Contains(said.Trim(), body, StringComparison.Ordinal);

        Assert.IsType<DecodedMessage.Relevant>(Decode(body.Replace(said.Trim(), otherwise.Trim(), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Thu, 27 Aug 2026 13:19:03 GMT", "2026-08-27T13:19:03Z")]
    [InlineData("Sat, 5 Jun 2016 15:10:09 GMT", "2016-06-05T15:10:09Z")]
    [InlineData("Mon, 05 Jun 2016 15:10:09 GMT", "2016-06-05T15:10:09Z")]
    [InlineData("5 Jun 2016 15:10:09 +0000", "2016-06-05T15:10:09Z")]
    [InlineData("2026-08-27T13:19:03.1879999Z", "2026-08-27T13:19:03.1879999Z")]
    [InlineData("2026-08-27T15:19:03+02:00", "2026-08-27T13:19:03Z")]
    [InlineData("2026-08-27T13:19:03", "2026-08-27T13:19:03Z")]
    [InlineData("2026-08-27T13:19Z", "2026-08-27T13:19:00Z")]
    [InlineData("yesterday", null)]
    [InlineData("2026-02-30T13:19:03Z", null)]
    [InlineData("08/27/2026 13:19:03", null)]
    [InlineData("Thu, Thu, 27 Aug 2026 13:19:03 GMT", null)]
    public void Times_are_read_in_both_of_the_ways_in_which_AWS_writes_them(string text, string? time) =>
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), EventTimes.Parse(text));

    [Fact]
    public void A_groups_own_message_is_of_the_region_of_its_topic_before_that_of_the_queue()
    {
        var elsewhere = "arn:aws:sqs:ap-south-2:123456789012:drainer";

        Assert.Equal("ap-south-2", Only(Decode(Bodies.Of("termination-direct"), elsewhere)).Region);
        Assert.Equal("eu-west-1", Only(Decode(Bodies.Of("termination-direct-sns"), elsewhere)).Region);
    }

    [Fact]
    public void A_hook_without_a_token_or_direction_is_a_hook()
    {
        var old = Bodies.Of("termination").Replace("\"LifecycleActionToken\"", "\"x\"", StringComparison.Ordinal)
            .Replace("\"Origin\"", "\"y\"", StringComparison.Ordinal).Replace("\"Destination\"", "\"z\"", StringComparison.Ordinal);

        Assert.Equal(new LifecycleAction("web-workers", "drain", null, null, null), Assert.IsType<Interruption.Termination>(Only(Decode(old))).Action);
    }

    [Fact]
    public void A_health_event_of_before_2023_is_about_the_account_and_region_that_it_came_from()
    {
        var old = Bodies.Of("scheduled-change-reboot").Replace("\"affectedAccount\"", "\"x\"", StringComparison.Ordinal)
            .Replace("\"eventRegion\"", "\"y\"", StringComparison.Ordinal).Replace("\"statusCode\"", "\"z\"", StringComparison.Ordinal);

        Assert.Equal(Change("AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED"), Only(Decode(old)));
    }

    private static DecodedMessage Decode(string body, string queue = "arn:aws:sqs:eu-west-1:123456789012:drainer") => InterruptionDecoder.Decode(
        new SqsRecord { MessageId = "message-1", ReceiptHandle = "", Body = body, EventSourceArn = queue }, At.AddSeconds(5));

    private static Interruption Only(DecodedMessage decoded) => Assert.Single(Assert.IsType<DecodedMessage.Relevant>(decoded).Interruptions);

    private static Interruption Spot(InstanceAction action) =>
        new Interruption.SpotReclaim(action) { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = At };

    private static Interruption Capacity(DateTimeOffset? end) =>
        new Interruption.CapacityReclaim(end) { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = At };

    private static Interruption State(InstanceState state) =>
        new Interruption.StateChange(state) { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = At };

    private static Interruption Termination(string from, string to, DateTimeOffset at) =>
        new Interruption.Termination(Action(from, to)) { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = at };

    private static Interruption Launch(string from, string to, DateTimeOffset at) =>
        new Interruption.Launch(Action(from, to)) { InstanceId = Instance, Account = "123456789012", Region = "eu-west-1", At = at };

    private static LifecycleAction Action(string from, string to) => new("web-workers", "drain", "5d1f2f0c-8c4f-4a53-9f5e-7f1b6a2c9d10", from, to);

    private static Interruption Change(
        string code, ScheduledChangeStatus status = ScheduledChangeStatus.Upcoming, DateTimeOffset? start = null, DateTimeOffset? updated = null, string instance = Instance) =>
        new Interruption.ScheduledChange(new()
        {
            EventArn = $"arn:aws:health:eu-west-1::event/EC2/{code}/{code}_7c1e0d9a",
            EventTypeCode = code,
            StartTime = start ?? new(2026, 9, 10, 9, 0, 0, TimeSpan.Zero),
            EndTime = new(2026, 9, 10, 11, 0, 0, TimeSpan.Zero),
            Status = status,
            LastUpdatedAt = updated ?? At,
        })
        { InstanceId = instance, Account = "123456789012", Region = "eu-west-1", At = At };
}
