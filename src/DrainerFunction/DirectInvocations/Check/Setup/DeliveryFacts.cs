using DrainerFunction.Aws;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>How events reach the function: rules, queues and event source mappings, as far as the role may see them.</summary>
internal sealed record DeliveryFacts
{
    public required AwsScope Scope { get; init; }

    public required string FunctionName { get; init; }

    public required Observation<IReadOnlyList<EventSource>> Sources { get; init; }

    /// <summary>The queues that are polled, and QUEUE_URL's where no mapping may be seen.</summary>
    public required IReadOnlyList<(string Name, Observation<QueueState> State)> Queues { get; init; }

    /// <summary>What lies in their dead-letter queues.</summary>
    public required IReadOnlyList<(string Name, Observation<QueueState> State)> DeadLetters { get; init; }

    public required Observation<IReadOnlyList<EventRule>> Rules { get; init; }

    /// <summary>On the metrics that tell of a failure.</summary>
    public required Observation<IReadOnlyList<AlarmsOfMetric>> Alarms { get; init; }

    /// <summary>Other accounts and regions, whose rules forward to this one.</summary>
    public required IReadOnlyList<AwsScope> Elsewhere { get; init; }
}
