namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>A standard queue and what lies in it. Changed by <see cref="Sqs"/> only, under the world's gate.</summary>
internal sealed class SqsQueue(string name, string arn, Func<string> url)
{
    public string Name => name;

    public string Arn => arn;

    public string Url => url();

    public TimeSpan VisibilityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan Delay { get; set; }

    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(4);

    public TimeSpan ReceiveWait { get; set; }

    public RedrivePolicy? Redrive { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? PurgedAt { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    /// <summary>Attributes that are kept and given back and change nothing here (encryption), and the policy.</summary>
    public Dictionary<string, string> OtherAttributes { get; } = [];

    /// <summary>In the order of their arrival, those in flight and those delayed included.</summary>
    public List<SqsMessage> Messages { get; } = [];

    public List<DeletedMessage> Deleted { get; } = [];

    /// <summary>Which message a receipt was given out for; old receipts stay known.</summary>
    public Dictionary<string, string> Receipts { get; } = [];
}

internal sealed record RedrivePolicy(int MaxReceiveCount, string DeadLetterTargetArn);

/// <summary>Who took a message out of the queue for good, and when.</summary>
internal sealed record DeletedMessage(string MessageId, string Body, int ReceiveCount, string By, DateTimeOffset At);

internal sealed class SqsMessage(string id, string body, IReadOnlyDictionary<string, SqsAttribute> attributes, DateTimeOffset sentAt)
{
    public string Id => id;

    public string Body => body;

    public IReadOnlyDictionary<string, SqsAttribute> Attributes => attributes;

    public DateTimeOffset SentAt => sentAt;

    public string SenderId { get; init; } = SqsSender.Unsaid.SenderId;

    public string? TraceHeader { get; init; }

    public DateTimeOffset VisibleAt { get; set; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public DateTimeOffset? ReceivedAt { get; set; }

    public int ReceiveCount { get; set; }

    /// <summary>The receipt of the latest receive.</summary>
    public string? Receipt { get; set; }

    public string? DeadLetterSourceArn { get; set; }
}

/// <param name="DataType">String, Number or Binary, with a custom suffix or without.</param>
internal sealed record SqsAttribute(string DataType, string? StringValue, byte[]? BinaryValue = null)
{
    public static SqsAttribute Text(string value) => new("String", value);
}

internal sealed record SentMessage(string MessageId, string Md5OfBody, string? Md5OfAttributes);

/// <param name="Attributes">The system attributes: ApproximateReceiveCount, SentTimestamp, …</param>
internal sealed record ReceivedMessage(
    string MessageId,
    string ReceiptHandle,
    string Body,
    string Md5OfBody,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, SqsAttribute> MessageAttributes,
    string? Md5OfMessageAttributes);

/// <summary>What a standard queue may do to its readers and usually does not.</summary>
internal sealed class SqsFaults
{
    /// <summary>How likely a received message becomes visible again at once.</summary>
    public double DuplicateChance { get; set; }

    /// <summary>How likely a sent message shows up late.</summary>
    public double DelayChance { get; set; }

    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages come in any order.</summary>
    public bool Reorder { get; set; }
}
