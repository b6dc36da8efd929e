namespace DrainerFunction.Interruptions.Decoding;

/// <summary>A drain by hand that did not fit into its invocation: the function's own message to itself.</summary>
internal static class DrainRequestEvent
{
    public const string Source = "node-drainer";
    public const string DetailType = "Drain Request";

    public static DecodedMessage Decode(EventHeader header) => header.Relevant(
        new Interruption.DrainRequest(Deadline(header), string.Equals(header.Detail.Text("force"), "true", StringComparison.OrdinalIgnoreCase))
        {
            InstanceId = header.Detail.InstanceId("instance-id"),
            Account = header.Account,
            Region = header.Region,
            At = header.At,
            EventId = header.EventId,
        });

    private static DateTimeOffset? Deadline(EventHeader header)
    {
        var deadline = header.Detail.Time("deadline");
        if (deadline is { } by && !PlausibleInstants.IsOrdered(by, header.SentAt))
        {
            header.Detail.Refuse("deadline", $"is not within {PlausibleInstants.LongestOrder.TotalHours} hours");
        }

        return deadline;
    }
}
