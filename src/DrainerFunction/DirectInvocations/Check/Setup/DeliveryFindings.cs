using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is to be said of the way of the events. Pure.</summary>
internal static class DeliveryFindings
{
    /// <summary>By kind: the names under which its event comes; one of each row must reach a queue.</summary>
    public static IReadOnlyList<(InterruptionKind Kind, string Source, string[] DetailTypes)> Events { get; } =
    [
        (InterruptionKind.SpotReclaim, "aws.ec2", ["EC2 Spot Instance Interruption Warning"]),
        (InterruptionKind.RebalanceRecommendation, "aws.ec2", ["EC2 Instance Rebalance Recommendation"]),
        (InterruptionKind.CapacityReclaim, "aws.ec2", ["EC2 Capacity Reservation Instance Interruption Warning", "EC2 Interruptible Capacity Reservation Instance Interruption Warning"]),
        (InterruptionKind.CapacityReclaim, "aws.ec2", ["Capacity Block Expiration Warning", "Capacity Block Reservation Expiration Warning"]),
        (InterruptionKind.StateChange, "aws.ec2", ["EC2 Instance State-change Notification"]),
        (InterruptionKind.ScheduledChange, "aws.health", ["AWS Health Event"]),
        (InterruptionKind.Termination, "aws.autoscaling", ["EC2 Instance-terminate Lifecycle Action"]),
        (InterruptionKind.Launch, "aws.autoscaling", ["EC2 Instance-launch Lifecycle Action"]),
    ];

    public static IEnumerable<Finding> Of(DeliveryFacts facts, DrainerOptions options) =>
    [
        .. Sources(facts),
        .. facts.Queues.Select(queue => Redrive(queue.Name, queue.State)),
        .. facts.DeadLetters.Select(queue => DeadLetters(queue.Name, queue.State)),
        .. facts.Rules.IsRefused
            ? [Finding.NotChecked(CheckItem.RuleEnabled, "rules", facts.Rules.WhyNot)]
            : Events.Where(row => options.ActionFor(row.Kind) is not InterruptionAction.Ignore).Select(row => Rule(facts, row.Kind, row.Source, row.DetailTypes)),
        AlarmFindings.Of(facts.Alarms, facts.Scope),
        .. facts.Elsewhere.Select(scope => Finding.NotChecked(CheckItem.RulesElsewhere, $"rules of {scope.Region} of {scope.Account}", "They forward events to the function's own account and region and are not looked at from here.")),
    ];

    private static IEnumerable<Finding> Sources(DeliveryFacts facts)
    {
        var subject = $"function {facts.FunctionName}";
        if (facts.Sources.IsRefused)
        {
            return [Finding.NotChecked(CheckItem.MappingEnabled, subject, facts.Sources.WhyNot), Finding.NotChecked(CheckItem.MappingReportsFailures, subject, facts.Sources.WhyNot)];
        }

        return facts.Sources.Seen is [] ?
        [
            Finding.Problem(CheckItem.MappingEnabled, subject, "No event source mapping reads a queue for the function: no event reaches it.", $"aws lambda create-event-source-mapping --region {facts.Scope.Region} --function-name {facts.FunctionName} --event-source-arn QUEUE-ARN --function-response-types ReportBatchItemFailures"),
        ] : facts.Sources.Seen.SelectMany(source => (Finding[])
        [
            Finding.Of(
                CheckItem.MappingEnabled,
                Queue(source),
                source.IsEnabled ? null : "Its event source mapping is disabled: its events wait there, and two-minute notices pass.",
                $"aws lambda list-event-source-mappings --region {facts.Scope.Region} --function-name {facts.FunctionName}, then aws lambda update-event-source-mapping --region {facts.Scope.Region} --uuid UUID --enabled"),
            Finding.Of(
                CheckItem.MappingReportsFailures,
                Queue(source),
                source.ReportsFailures ? null : "Its event source mapping does not read which messages have failed: a failed message is deleted with its batch.",
                $"aws lambda update-event-source-mapping --region {facts.Scope.Region} --uuid UUID --function-response-types ReportBatchItemFailures"),
        ]);
    }

    private static string Queue(EventSource source) => $"queue {source.QueueArn[(source.QueueArn.LastIndexOf(':') + 1)..]}";

    private static Finding Redrive(string name, Observation<QueueState> queue) => Finding.Of(
        CheckItem.DeadLetterQueue,
        $"queue {name}",
        queue,
        state => state.DeadLetterQueueArn is null ? "It has no dead-letter queue: a message that cannot be read is received until it expires." : null,
        "aws sqs set-queue-attributes --queue-url QUEUE-URL --attributes file://redrive.json with a RedrivePolicy of maxReceiveCount 5 (as in template.yaml)");

    private static Finding DeadLetters(string name, Observation<QueueState> queue) => Finding.Of(
        CheckItem.DeadLetters,
        $"queue {name}",
        queue,
        state => state.Messages > 0 ? $"{Plural.Of(state.Messages, "message")} in the dead-letter queue: each was an event that was not handled." : null,
        "aws sqs receive-message --queue-url DEAD-LETTER-QUEUE-URL, then redrive or purge (docs/operating.md, dead letters)");

    private static Finding Rule(DeliveryFacts facts, InterruptionKind kind, string source, string[] detailTypes)
    {
        var subject = $"rule for {detailTypes[0]}";
        var candidates = facts.Rules.Seen!.Select(rule => (Rule: rule, Passes: detailTypes.Select(type => EventPatterns.LetsThrough(rule.Pattern, source, type)).Aggregate(Either))).ToList();
        if (candidates.Any(candidate => candidate is { Passes: true, Rule.IsEnabled: true }))
        {
            return Finding.Ok(Item(kind), subject);
        }

        if (candidates.Any(candidate => candidate is { Passes: null, Rule.IsEnabled: true }))
        {
            return Finding.NotChecked(Item(kind), subject, $"A rule that sends to the queues has a pattern of which it cannot be told whether it lets this event through: {candidates.First(candidate => candidate is { Passes: null, Rule.IsEnabled: true }).Rule.Name}.");
        }

        var disabled = candidates.FirstOrDefault(candidate => candidate.Passes is true).Rule;
        if (disabled is null && (facts.Sources.IsRefused || facts.Queues.Any(queue => queue.State.IsRefused)))
        {
            return Finding.NotChecked(Item(kind), subject, "Not every queue of the function could be looked at: a rule may send this event to another one.");
        }

        return Finding.Problem(
            Item(kind),
            subject,
            disabled is null ? $"No rule sends this event to the queues: it is never seen{Directly(kind)}." : $"Rule {disabled.Name} is disabled: this event is never seen{Directly(kind)}.",
            disabled is null ? $"Deploy the stack with Action{kind} other than ignore, or add the rule of template.yaml" : $"aws events enable-rule --region {facts.Scope.Region} --name {disabled.Name}");
    }

    private static bool? Either(bool? one, bool? other) => one is true || other is true ? true : one is null || other is null ? null : false;

    // Hooks may notify the queue themselves.
    private static CheckItem Item(InterruptionKind kind) => kind is InterruptionKind.Termination or InterruptionKind.Launch ? CheckItem.HookRuleEnabled : CheckItem.RuleEnabled;

    private static string Directly(InterruptionKind kind) => Item(kind) is CheckItem.HookRuleEnabled ? ", unless the lifecycle hooks notify the queue themselves" : "";
}
