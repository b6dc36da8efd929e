namespace DrainerFunction.Interruptions;

/// <summary>What all events have in common, and the fields that are theirs alone.</summary>
internal sealed record EventHeader
{
    public required Fields Detail { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string EventId { get; init; }

    /// <summary>EventBridge's envelope.</summary>
    public static EventHeader Read(Fields root, Arrival arrival) => new()
    {
        Detail = root.Inner("detail"),
        Account = root.Account("account"),
        Region = root.Region("region"),
        At = root.EventTime("time", arrival.Now),
        EventId = root.Id("id") ?? arrival.MessageId,
    };

    public Decoded Relevant(Interruption interruption) => Detail.Unless(new Decoded.Relevant([interruption]));
}
