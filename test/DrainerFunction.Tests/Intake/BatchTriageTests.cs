using System.Globalization;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Intake;

public sealed class BatchTriageTests
{
    private const string RoleId = "AROAEXAMPLEEXAMPLE123";
    private const string A = "i-0000000000000000a";
    private const string B = "i-0000000000000000b";

    private static readonly AwsScope Own = new("123456789012", "eu-central-1");
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Spot = Ec2("EC2 Spot Instance Interruption Warning", A, "\"instance-action\":\"terminate\"");

    [Fact]
    public void A_warning_is_one_interrupted_instance() => Assert.Equal((Own, A), Assert.Single(Of(Spot).Instances) is var only ? (only.Scope, only.InstanceId) : default);

    [Fact]
    public void Messages_about_one_instance_become_one() =>
        Assert.Equal([InterruptionKind.SpotReclaim, InterruptionKind.Termination], Assert.Single(Of(Spot, Hook("terminate", A)).Instances).Interruptions.Select(interruption => interruption.Kind));

    [Fact]
    public void The_most_urgent_instance_comes_first() => Assert.Equal([B, A], Of(Hook("terminate", A), Spot.Replace(A, B, StringComparison.Ordinal)).Instances.Select(instance => instance.InstanceId));

    [Fact]
    public void A_launch_is_kept_apart_from_what_ends_the_same_instance_and_comes_last() =>
        Assert.Equal([InterruptionKind.Termination, InterruptionKind.Launch], Of(Hook("launch", A), Hook("terminate", A)).Instances.Select(instance => Assert.Single(instance.Interruptions).Kind));

    [Theory]
    [InlineData("\"account\":\"123456789012\"", "\"account\":\"210987654321\"", "account 210987654321 is not listed in ACCOUNTS")]
    [InlineData("\"region\":\"eu-central-1\"", "\"region\":\"us-east-1\"", "region us-east-1 is not listed in REGIONS")]
    public void What_happens_elsewhere_is_ignored(string here, string there, string why)
    {
        var triage = Of(Spot.Replace(here, there, StringComparison.Ordinal));

        Assert.Empty(triage.Instances);
        Assert.Equal(why, Assert.Single(triage.Ignored).Why);
    }

    [Fact]
    public void A_kind_whose_action_is_ignore_is_ignored() => Assert.Equal(
        "the action for SpotReclaim is set to ignore", Assert.Single(Of(new DrainerOptions { ActionSpotReclaim = InterruptionAction.Ignore }, Record(Spot)).Ignored).Why);

    [Theory]
    [InlineData("terminate")]
    [InlineData("launch")]
    public void A_hook_of_another_controller_is_ignored(string transition)
    {
        var options = DrainerOptions.From(new Dictionary<string, string> { ["LIFECYCLE_HOOKS"] = "another" });

        Assert.Equal("lifecycle hook drain does not match LIFECYCLE_HOOKS", Assert.Single(Of(options, Record(Hook(transition, A))).Ignored).Why);
    }

    [Fact]
    public void A_test_notification_is_ignored() => Assert.StartsWith(
        "Auto Scaling test notification from workers", Assert.Single(Of("""{"Event":"autoscaling:TEST_NOTIFICATION","AutoScalingGroupName":"workers","AccountId":"123456789012"}""").Ignored).Why, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_read_is_left_to_fail_and_blocks_no_other()
    {
        var triage = Of("{", Spot);

        Assert.Equal(("m-0", 1), (Assert.Single(triage.Malformed).Record.MessageId, triage.Instances.Count));
    }

    [Theory]
    [InlineData(RoleId, true)]
    [InlineData("AROASTRANGERSTRANGE12", false)]
    public void An_order_to_drain_counts_from_the_functions_own_role_only(string sender, bool counts)
    {
        var order = $$$"""{"version":"0","id":"e","source":"node-drainer","detail-type":"Drain Request","account":"123456789012","region":"eu-central-1","time":"2026-11-22T12:00:00Z","resources":[],"detail":{"instance-id":"{{{A}}}","force":"false"}}""";

        var triage = Of(new DrainerOptions { RoleId = RoleId }, Record(order) with { SenderId = $"{sender}:session" });

        Assert.Equal(counts ? (1, 0) : (0, 1), (triage.Instances.Count, triage.Refused.Count));
    }

    [Theory]
    [InlineData(RoleId, 3)]
    [InlineData("AROASTRANGERSTRANGE12", 0)]
    public void What_a_message_remembers_is_believed_from_the_functions_own_role_only(string sender, int attempt)
    {
        var memory = new Continuation { FirstSeen = Now.AddMinutes(-1), Chain = new("1-chain.000003.a"), Attempt = 3, Confirmed = [A] };

        var received = Assert.Single(Assert.Single(Of(new DrainerOptions { RoleId = RoleId }, Record(Spot) with { SenderId = $"{sender}:session", Attributes = memory.Write() }).Instances).Received);

        Assert.Equal((attempt, attempt > 0), (received.Attempt, received.WasConfirmed));
    }

    // Sent on for weeks it is a new message each time, of an event that grows older.
    [Theory]
    [InlineData(RoleId, true)]
    [InlineData("AROASTRANGERSTRANGE12", false)]
    public void A_change_that_was_announced_months_before_is_still_waited_for_by_the_functions_own_message(string sender, bool isWaitedFor)
    {
        var announced = Now.AddDays(-75);
        var memory = new Continuation { FirstSeen = announced.AddSeconds(2), Chain = new("1-chain.007000.a"), Attempt = 7000 };
        var record = Record(Health("upcoming", 1, [A]).Replace("2026-11-22T12:00:00Z", announced.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal));

        var triage = Of(new DrainerOptions { RoleId = RoleId }, record with { SenderId = $"{sender}:session", Attributes = memory.Write() });

        Assert.Equal(isWaitedFor ? (1, 0) : (0, 1), (triage.Instances.Count, triage.Malformed.Count));
    }

    // The body has the date as it was announced first; AWS has put it off by more than two days since.
    [Fact]
    public void A_change_that_AWS_puts_off_again_and_again_is_waited_for()
    {
        var memory = new Continuation { FirstSeen = Now, Chain = new("1-chain.003000.a"), Attempt = 3000 };
        var late = Now.AddDays(25);

        var triage = BatchTriage.Of(
            [Record(Health("upcoming", 1, [A])) with { SenderId = $"{RoleId}:session", SentAt = late, Attributes = memory.Write() }], Own, new DrainerOptions { RoleId = RoleId }, late);

        Assert.Equal((1, 0), (triage.Instances.Count, triage.Malformed.Count));
    }

    [Fact]
    public void A_token_that_Auto_Scaling_would_refuse_is_left_out_for_the_instance_id_does_as_well()
    {
        var received = Assert.Single(Assert.Single(Of(Hook("terminate", A).Replace("87654321-4321-4321-4321-210987654321", "of-no-use", StringComparison.Ordinal)).Instances).Received);

        Assert.Null(received.Action!.Token);
    }

    [Fact]
    public void A_message_about_more_instances_than_one_may_name_is_to_be_split()
    {
        var oversized = Assert.Single(Of(Health("open", 1, [.. Enumerable.Range(0, 51).Select(number => $"i-{number:x17}")])).Oversized);

        Assert.Equal(51, oversized.InstanceIds.Count);
    }

    [Fact]
    public void The_newest_word_about_a_health_event_counts_for_every_message_about_it() => Assert.All(
        Assert.Single(Of(Health("closed", 2, [A]), Health("open", 1, [A])).Instances).Received, received => Assert.True(received.IsOver));

    [Fact]
    public void A_warning_that_names_only_a_Capacity_Block_waits_for_its_instances()
    {
        var warning = """{"version":"0","id":"e","source":"aws.ec2","detail-type":"Capacity Block Expiration Warning","account":"123456789012","region":"eu-central-1","time":"2026-11-22T12:00:00Z","resources":[],"detail":{"capacity-reservation-id":"cr-0123456789abcdef0"}}""";

        Assert.Equal("cr-0123456789abcdef0", Assert.Single(Of(warning).Oversized).Block!.ReservationId);
    }

    private static BatchTriage Of(params IReadOnlyList<string> bodies) => Of(new(), [.. bodies.Index().Select(body => Record(body.Item, body.Index))]);

    private static BatchTriage Of(DrainerOptions options, params IReadOnlyList<SqsRecord> records) => BatchTriage.Of(records, Own, options, Now);

    private static SqsRecord Record(string body, int number = 0) => new() { MessageId = $"m-{number}", ReceiptHandle = "r", Body = body, EventSourceArn = "arn:aws:sqs:eu-central-1:123456789012:q", SentAt = Now };

    private static string Ec2(string detailType, string instanceId, string more) =>
        $$$"""{"version":"0","id":"e","source":"aws.ec2","detail-type":"{{{detailType}}}","account":"123456789012","region":"eu-central-1","time":"2026-11-22T12:00:00Z","resources":[],"detail":{"instance-id":"{{{instanceId}}}",{{{more}}} }}""";

    private static string Hook(string transition, string instanceId) =>
        $$$"""{"version":"0","id":"e","source":"aws.autoscaling","detail-type":"EC2 Instance-{{{transition}}} Lifecycle Action","account":"123456789012","region":"eu-central-1","time":"2026-11-22T12:00:00Z","resources":[],"detail":{"LifecycleActionToken":"87654321-4321-4321-4321-210987654321","AutoScalingGroupName":"workers","LifecycleHookName":"drain","EC2InstanceId":"{{{instanceId}}}","LifecycleTransition":"autoscaling:EC2_INSTANCE_{{{(transition is "launch" ? "LAUNCHING" : "TERMINATING")}}}"}}""";

    private static string Health(string status, int minute, IReadOnlyList<string> instanceIds) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"version":"0","id":"e","source":"aws.health","detail-type":"AWS Health Event","account":"123456789012","region":"eu-central-1","time":"2026-11-22T12:00:00Z","resources":[],"detail":{
        "eventArn":"arn:aws:health:eu-central-1::event/EC2/AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED/1","service":"EC2","eventTypeCode":"AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED","eventTypeCategory":"scheduledChange",
        "eventScopeCode":"ACCOUNT_SPECIFIC","communicationId":"c","startTime":"Wed, 25 Nov 2026 10:00:00 GMT","lastUpdatedTime":"Sun, 22 Nov 2026 11:0{{{minute}}}:00 GMT","statusCode":"{{{status}}}","eventRegion":"eu-central-1","affectedAccount":"123456789012",
        "affectedEntities":[{{{string.Join(',', instanceIds.Select(id => $$"""{"entityValue":"{{id}}"}"""))}}}]}}
        """);
}
