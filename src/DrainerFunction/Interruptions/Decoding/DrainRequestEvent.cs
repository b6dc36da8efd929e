namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// A drain by hand that did not fit into its invocation: the function's own message to itself.
/// <code>
/// { "source": "node-drainer", "detail-type": "Drain Request",
///   "account": "123456789012", "region": "eu-west-1", "time": "2026-08-27T13:19:03Z",
///   "detail": { "instance-id": "i-0a1b2c3d4e5f60718", "deadline": "2026-08-27T14:19:03Z", "force": "false" } }
/// </code>
/// </summary>
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
