using System.Text.Json.Nodes;
using DrainerFunction.Interruptions;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction;

/// <summary>The rules of template.yaml and the decoder agree on what is ours, event by event.</summary>
public sealed class EventPatternTests
{
    // A sample is read right after it was sent: an old event time is not plausible.
    private static DateTimeOffset Now(string body) => (DateTimeOffset?)JsonNode.Parse(body)!["time"] ?? new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, EventPattern> Rules =
        Stack.Of().OfType("AWS::Events::Rule").ToDictionary(rule => rule.Key, rule => EventPattern.Parse(rule.Value["EventPattern"]!.ToJsonString()));

    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Path.Combine(Stack.Root, "events"), "*.json").Select(file => Path.GetFileName(file)).Order()];

    /// <summary>A drain by hand comes by no rule: it is asked for with an invocation.</summary>
    public static TheoryData<string> Kinds => [.. Enum.GetNames<InterruptionKind>().Except([nameof(InterruptionKind.DrainRequest)])];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_matches_exactly_the_rule_that_is_meant_for_it(string sample) =>
        Assert.All(Bodies(sample), body => Assert.Equal(Expected(body), Matching(body)));

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_has_a_sample_and_a_rule(string kind) =>
        Assert.Contains(Samples, sample => Bodies(sample.Data).SelectMany(Matching).Contains($"{kind}Rule"));

    [Theory]
    [InlineData("pending")]
    [InlineData("running")]
    [InlineData("rebooting")]
    public void A_state_that_is_no_interruption_matches_no_rule(string state) =>
        Assert.Empty(Matching(Event("aws.ec2", "EC2 Instance State-change Notification", new() { ["instance-id"] = "i-0123456789abcdef0", ["state"] = state })));

    [Theory]
    [InlineData("stopping")]
    [InlineData("stopped")]
    [InlineData("shutting-down")]
    [InlineData("terminated")]
    public void A_state_on_the_way_down_matches_its_rule(string state) =>
        Assert.Equal(["StateChangeRule"], Matching(Event("aws.ec2", "EC2 Instance State-change Notification", new() { ["instance-id"] = "i-0123456789abcdef0", ["state"] = state })));

    [Theory]
    [InlineData("EC2 Instance-terminate Lifecycle Action", "Terminate-LC-Hook", null)]
    [InlineData("EC2 Instance-launch Lifecycle Action", "Launch-LC-Hook", null)]
    [InlineData("EC2 Instance-terminate Lifecycle Action", "ecs-managed-draining-termination-hook", null)]
    [InlineData("EC2 Instance-terminate Lifecycle Action", "node-drainer", "TerminationRule")]
    [InlineData("EC2 Instance-launch Lifecycle Action", "node-drainer", "LaunchRule")]
    [InlineData("EC2 Instance-terminate Lifecycle Action", "Terminate-LC-Hook-of-ours", "TerminationRule")]
    public void A_hook_that_is_not_ours_matches_no_rule(string type, string hook, string? rule)
    {
        Assert.Equal(rule is null ? [] : [rule], Matching(Event("aws.autoscaling", type, new() { ["LifecycleHookName"] = hook })));
        Assert.Equal(rule is not null, Runtime.Options.HookNames.Default.IsOurs(hook));
    }

    [Theory]
    [InlineData("EC2", "issue")]
    [InlineData("EC2", "accountNotification")]
    [InlineData("RDS", "scheduledChange")]
    public void Other_news_of_aws_health_match_no_rule(string service, string category) =>
        Assert.Empty(Matching(Event("aws.health", "AWS Health Event", new() { ["service"] = service, ["eventTypeCategory"] = category })));

    [Theory]
    [InlineData("EC2 Capacity Reservation Instance Interruption Warning")]
    [InlineData("EC2 Interruptible Capacity Reservation Instance Interruption Warning")]
    public void Both_spellings_of_a_capacity_reclaim_match_its_rule(string type) =>
        Assert.Equal(["CapacityReclaimRule"], Matching(Event("aws.ec2", type, new() { ["instance-id"] = "i-0123456789abcdef0" })));

    [Fact]
    public void An_event_that_somebody_made_up_matches_no_rule() =>
        Assert.Empty(Matching(Event("custom.ec2", "EC2 Spot Instance Interruption Warning", new() { ["instance-id"] = "i-0123456789abcdef0" })));

    [Theory, MemberData(nameof(Kinds))]
    public void An_ignored_kind_has_its_rule_turned_off_and_no_other(string kind)
    {
        var off = Stack.With(($"Action{kind}", "ignore")).OfType("AWS::Events::Rule").Where(rule => rule.Value["State"]!.ToString() == "DISABLED");

        Assert.Equal([$"{kind}Rule"], off.Select(rule => rule.Key));
    }

    [Theory]
    [InlineData(nameof(InterruptionKind.SpotReclaim), "UrgentQueue")]
    [InlineData(nameof(InterruptionKind.CapacityReclaim), "UrgentQueue")]
    [InlineData(nameof(InterruptionKind.StateChange), "UrgentQueue")]
    [InlineData(nameof(InterruptionKind.RebalanceRecommendation), "NormalQueue")]
    [InlineData(nameof(InterruptionKind.ScheduledChange), "NormalQueue")]
    [InlineData(nameof(InterruptionKind.Termination), "NormalQueue")]
    [InlineData(nameof(InterruptionKind.Launch), "NormalQueue")]
    public void Each_rule_sends_to_its_lane_which_lets_it_in_and_has_a_dead_letter_queue(string kind, string queue)
    {
        var stack = Stack.Of();
        var target = (JsonObject)stack.Properties($"{kind}Rule")["Targets"]![0]!;

        Assert.Equal($"${{{queue}.Arn}}", target["Arn"]!.ToString());
        Assert.Equal("${DeadLetterQueue.Arn}", target["DeadLetterConfig"]!["Arn"]!.ToString());
        Assert.Contains($"${{{kind}Rule.Arn}}", LetIn(stack, $"{queue}Policy"));
        Assert.Contains($"${{{kind}Rule.Arn}}", LetIn(stack, "DeadLetterQueuePolicy"));
        Assert.DoesNotContain($"${{{kind}Rule.Arn}}", LetIn(stack, queue == "UrgentQueue" ? "NormalQueuePolicy" : "UrgentQueuePolicy"));
    }

    private static IEnumerable<string> LetIn(Stack stack, string policy) =>
        from statement in (JsonArray)stack.Properties(policy)["PolicyDocument"]!["Statement"]!
        where statement!["Effect"]!.ToString() == "Allow"
        from arn in Stack.Many(statement["Condition"]!["ArnEquals"]!["aws:SourceArn"])
        select arn;

    private static string[] Matching(string body) => [.. Rules.Where(rule => rule.Value.Matches(body)).Select(rule => rule.Key)];

    /// <summary>What EventBridge delivers has a detail-type; Auto Scaling's own messages and SNS's come another way.</summary>
    private static string[] Expected(string body) =>
        JsonNode.Parse(body)!["detail-type"] is not null && InterruptionDecoder.Decode(new() { MessageId = "message", ReceiptHandle = "", Body = body, EventSourceArn = "" }, Now(body)) is DecodedMessage.Relevant relevant
            ? [.. relevant.Interruptions.Select(interruption => $"{interruption.Kind}Rule").Distinct()]
            : [];

    /// <summary>The samples are what Lambda gets from SQS: the event is the body of a record.</summary>
    private static IEnumerable<string> Bodies(string sample) =>
        from record in (JsonArray)JsonNode.Parse(Stack.Text($"events/{sample}"))!["Records"]!
        select record!["body"]!.ToString();

    private static string Event(string source, string type, JsonObject detail) =>
        new JsonObject { ["version"] = "0", ["source"] = source, ["detail-type"] = type, ["account"] = "123456789012", ["region"] = "eu-west-1", ["detail"] = detail }.ToJsonString();
}
