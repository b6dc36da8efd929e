using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Attributes of queues and messages as SQS spells them: numbers as text, times as epoch.</summary>
internal static class SqsAttributes
{
    public static IReadOnlyDictionary<string, string> Of(SqsMessage message)
    {
        var attributes = new Dictionary<string, string>
        {
            ["SenderId"] = message.SenderId,
            ["SentTimestamp"] = Milliseconds(message.SentAt),
            ["ApproximateReceiveCount"] = Text(message.ReceiveCount),
            ["ApproximateFirstReceiveTimestamp"] = Milliseconds(message.FirstReceivedAt ?? message.SentAt),
        };
        if (message.SenderId.Length == 0)
        {
            attributes.Remove("SenderId");
        }

        if (message.DeadLetterSourceArn is { } source)
        {
            attributes["DeadLetterQueueSourceArn"] = source;
        }

        if (message.TraceHeader is { } header)
        {
            attributes["AWSTraceHeader"] = header;
        }

        return attributes;
    }

    public static IReadOnlyDictionary<string, string> Of(SqsQueue queue, DateTimeOffset now)
    {
        var attributes = new Dictionary<string, string>(queue.OtherAttributes)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = Text(queue.Messages.Count(message => message.VisibleAt <= now)),
            ["ApproximateNumberOfMessagesNotVisible"] = Text(queue.Messages.Count(message => message.VisibleAt > now && message.ReceiveCount > 0)),
            ["ApproximateNumberOfMessagesDelayed"] = Text(queue.Messages.Count(message => message.VisibleAt > now && message.ReceiveCount == 0)),
            ["CreatedTimestamp"] = Text(queue.CreatedAt.ToUnixTimeSeconds()),
            ["LastModifiedTimestamp"] = Text(queue.CreatedAt.ToUnixTimeSeconds()),
            ["VisibilityTimeout"] = Text(queue.VisibilityTimeout.TotalSeconds),
            ["MaximumMessageSize"] = "1048576",
            ["MessageRetentionPeriod"] = Text(queue.Retention.TotalSeconds),
            ["DelaySeconds"] = Text(queue.Delay.TotalSeconds),
            ["ReceiveMessageWaitTimeSeconds"] = Text(queue.ReceiveWait.TotalSeconds),
            ["SqsManagedSseEnabled"] = "true",
        };
        if (queue.Redrive is { } redrive)
        {
            attributes["RedrivePolicy"] = new JsonObject
            {
                ["deadLetterTargetArn"] = redrive.DeadLetterTargetArn,
                ["maxReceiveCount"] = redrive.MaxReceiveCount,
            }.ToJsonString();
        }

        return attributes;
    }

    public static void Apply(SqsQueue queue, IReadOnlyDictionary<string, string> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            switch (name)
            {
                case "VisibilityTimeout":
                    queue.VisibilityTimeout = Seconds(name, value, 43200);
                    break;
                case "DelaySeconds":
                    queue.Delay = Seconds(name, value, 900);
                    break;
                case "MessageRetentionPeriod":
                    queue.Retention = Seconds(name, value, 1209600);
                    break;
                case "ReceiveMessageWaitTimeSeconds":
                    queue.ReceiveWait = Seconds(name, value, 20);
                    break;
                case "RedrivePolicy":
                    queue.Redrive = value.Length == 0 ? null : Redrive(value);
                    break;
                default:
                    queue.OtherAttributes[name] = value;
                    break;
            }
        }
    }

    private static RedrivePolicy Redrive(string policy)
    {
        try
        {
            var parsed = JsonNode.Parse(policy)!;
            return new(int.Parse(parsed["maxReceiveCount"]!.ToString(), CultureInfo.InvariantCulture), parsed["deadLetterTargetArn"]!.ToString());
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or NullReferenceException)
        {
            throw new AwsError("InvalidParameterValue", $"Value {policy} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.", 400);
        }
    }

    private static TimeSpan Seconds(string name, string value, int most) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds <= most
            ? TimeSpan.FromSeconds(seconds)
            : throw new AwsError("InvalidAttributeValue", $"Invalid value for the parameter {name}.", 400);

    private static string Milliseconds(DateTimeOffset at) => Text(at.ToUnixTimeMilliseconds());

    private static string Text(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
