using DrainerFunction.Aws;

namespace DrainerFunction.DirectInvocations.Check.Setup;

public sealed class DeliveryFindingsTests
{
    private const string Urgent = "arn:aws:sqs:eu-west-1:123456789012:urgent";
    private const string Everything = """{"source":["aws.ec2","aws.health","aws.autoscaling"]}""";

    private static readonly AwsScope Scope = new("123456789012", "eu-west-1");

    private static readonly DeliveryFacts Right = new()
    {
        Scope = Scope,
        FunctionName = "node-drainer",
        Sources = Seen(new EventSource(Urgent, true, true)),
        Queues = [("urgent", new(new(Urgent, 0, "arn:dead"), null))],
        DeadLetters = [("dead", new(new("arn:dead", 0, null), null))],
        Rules = Seen(new EventRule("all", true, Everything)),
        Alarms = new([], null),
        Elsewhere = [],
    };

    [Fact]
    public void Everything_is_right_where_an_enabled_rule_sends_each_event_to_a_queue_that_is_read() =>
        Assert.All(DeliveryFindings.Of(Right, new()), finding => Assert.Equal(FindingState.Ok, finding.State));

    [Fact]
    public void A_function_that_nothing_feeds_is_told_how_to_feed_it()
    {
        var found = Found(Right with { Sources = Seen<EventSource>() }, CheckItem.MappingEnabled);

        Assert.StartsWith("No event source mapping reads a queue", found.Sentence, StringComparison.Ordinal);
        Assert.StartsWith("aws lambda create-event-source-mapping --region eu-west-1 --function-name node-drainer", found.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_without_dead_letters_is_told()
    {
        var found = Found(Right with { Queues = [("urgent", new(new(Urgent, 0, null), null))] }, CheckItem.DeadLetterQueue);

        Assert.StartsWith("It has no dead-letter queue", found.Sentence, StringComparison.Ordinal);
        Assert.Contains("set-queue-attributes", found.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"source":["aws.ec2"]}""", FindingState.Problem, "No rule sends this event to the queues")]
    [InlineData("""{"source":["aws.ec2","aws.autoscaling",{"anything-but":"aws.s3"}]}""", FindingState.NotChecked, "has a pattern of which it cannot be told")]
    public void An_event_that_no_rule_lets_through_or_perhaps_none_does_is_told(string pattern, object state, string sentence)
    {
        var found = Assert.Single(DeliveryFindings.Of(Right with { Rules = Seen(new EventRule("some", true, pattern)) }, new()), finding => finding is { Item: CheckItem.RuleEnabled, State: not FindingState.Ok });

        Assert.Equal(state, found.State);
        Assert.Contains(sentence, found.Sentence, StringComparison.Ordinal);
        Assert.Equal(found.State is FindingState.Problem, found.Mend?.StartsWith("Deploy the stack with ActionScheduledChange", StringComparison.Ordinal) is true);
    }

    [Fact]
    public void The_rules_of_other_accounts_and_regions_are_said_not_to_be_looked_at()
    {
        var found = Found(Right with { Elsewhere = [new("210987654321", "eu-central-1")] }, CheckItem.RulesElsewhere);

        Assert.Equal((FindingState.NotChecked, "rules of eu-central-1 of 210987654321"), (found.State, found.Subject));
    }

    [Fact]
    public void Without_a_name_in_the_settings_or_in_a_tag_no_cluster_is_known()
    {
        var found = ClusterSelection.Of(null, [new(Scope, new Dictionary<string, CheckedInstance>(), [], null, IsDenied: false)], new()).Finding;

        Assert.Equal(("No cluster is known: CLUSTER_NAME is not set and no managed instance has a tag that names one.", CheckItem.ClusterKnown), (found.Sentence, found.Item));
        Assert.Contains("eks:cluster-name", found.Mend, StringComparison.Ordinal);
    }

    private static Finding Found(DeliveryFacts facts, CheckItem item) => Assert.Single(DeliveryFindings.Of(facts, new()), finding => finding.Item == item && finding.State is not FindingState.Ok);

    private static Observation<IReadOnlyList<T>> Seen<T>(params T[] all) => new(all, null);
}
