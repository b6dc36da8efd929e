namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What all events have in common, and the fields that are theirs alone.</summary>
internal sealed record EventHeader
{
    public required EventFields Detail { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When SQS took the message: what the event says of times is held against it.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>EventBridge's envelope.</summary>
    public static EventHeader Read(EventFields root, Arrival arrival) => new()
    {
        Detail = root.Inner("detail"),
        Account = root.Account("account"),
        Region = root.Region("region"),
        At = root.EventTime("time", arrival),
        SentAt = arrival.SentAt,
    };

    public DecodedMessage Relevant(Interruption interruption) => Detail.Unless(new DecodedMessage.Relevant([interruption]));
}
