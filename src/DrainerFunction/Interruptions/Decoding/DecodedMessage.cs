namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What a message body turned out to be.</summary>
internal abstract record DecodedMessage
{
    private DecodedMessage() { }

    /// <summary>At least one interruption, more only where a Health event names several instances.</summary>
    public sealed record Relevant(IReadOnlyList<Interruption> Interruptions) : DecodedMessage;

    /// <summary>A Capacity Block ends: it names a reservation, and its instances are still to be found.</summary>
    public sealed record CapacityBlock(CapacityBlockWarning Warning) : DecodedMessage;

    /// <summary>Auto Scaling tried whether it can reach the queue.</summary>
    public sealed record TestNotification(string Group) : DecodedMessage;

    /// <summary>Well-formed, but nothing that concerns a node.</summary>
    public sealed record Ignored(string Why) : DecodedMessage;

    /// <summary>Not readable, or an event that concerns a node with a required field missing or absurd; the reason names the field.</summary>
    public sealed record Malformed(string Why) : DecodedMessage;
}
