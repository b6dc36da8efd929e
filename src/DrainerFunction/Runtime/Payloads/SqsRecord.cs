namespace DrainerFunction.Runtime.Payloads;

internal sealed record SqsRecord
{
    public required string MessageId { get; init; }

    public required string ReceiptHandle { get; init; }

    public required string Body { get; init; }

    /// <summary>The queue, as <c>arn:aws:sqs:eu-west-1:123456789012:name</c>; empty where the payload names none.</summary>
    public required string EventSourceArn { get; init; }

    /// <summary>How often SQS handed the message out, this time included.</summary>
    public int ReceiveCount { get; init; } = 1;

    /// <summary>When the message was sent to the queue, by SQS's clock.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Who sent it, as SQS stamps it: a role's unique id and the session, or a user's id. No sender can choose it; null where SQS did not say.</summary>
    public string? SenderId { get; init; }

    /// <summary>It never was in a queue: this invocation made it.</summary>
    public bool IsMadeHere { get; init; }

    /// <summary>The message attributes of type String.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
