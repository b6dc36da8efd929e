using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>SQS in its JSON protocol (AmazonSQS, 2012-11-05); the old Query protocol translates to it.</summary>
/// <param name="traceHeader">X-Amzn-Trace-Id of the request: a message without one of its own gets it.</param>
internal sealed class AwsSqs(AwsRegion region, AccessKey key, string? traceHeader)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(20);

    public async Task<JsonObject> AnswerAsync(string operation, JsonObject input, CancellationToken cancellationToken)
    {
        if (operation == "ReceiveMessage")
        {
            return await ReceiveAsync(input, cancellationToken);
        }

        lock (region.World.Gate)
        {
            return Answer(operation, input);
        }
    }

    private JsonObject Answer(string operation, JsonObject input)
    {
        switch (operation)
        {
            case "CreateQueue":
                return Create(input);
            case "DeleteQueue":
                Sqs(input).DeleteQueue(Url(input));
                return [];
            case "GetQueueUrl":
                return new() { ["QueueUrl"] = region.Cloud.Region(Text(input, "QueueOwnerAWSAccountId") ?? region.Account, region.Name).Sqs.GetQueueUrl(Required(input, "QueueName")) };
            case "ListQueues":
                return new() { ["QueueUrls"] = new JsonArray([.. region.Sqs.ListQueues(Text(input, "QueueNamePrefix") ?? "").Select(queue => (JsonNode)queue.Url)]) };
            case "SendMessage":
                return Sent(Send(input, Url(input)));
            case "SendMessageBatch":
                return Batch(input, entry => Sent(Send(entry, Url(input))));
            case "DeleteMessage":
                Sqs(input).Delete(Url(input), Required(input, "ReceiptHandle"), key.PrincipalArn);
                return [];
            case "DeleteMessageBatch":
                return Batch(input, entry => Done(() => Sqs(input).Delete(Url(input), Required(entry, "ReceiptHandle"), key.PrincipalArn)));
            case "ChangeMessageVisibility":
                Sqs(input).ChangeVisibility(Url(input), Required(input, "ReceiptHandle"), Seconds(input, "VisibilityTimeout") ?? throw AwsError.Missing("VisibilityTimeout"));
                return [];
            case "ChangeMessageVisibilityBatch":
                return Batch(input, entry => Done(() => Sqs(input).ChangeVisibility(Url(input), Required(entry, "ReceiptHandle"), Seconds(entry, "VisibilityTimeout") ?? TimeSpan.Zero)));
            case "StartMessageMoveTask":
                var source = Required(input, "SourceArn");
                At(source).MoveMessages(source, Text(input, "DestinationArn"), SqsSender.Of(key));
                return new() { ["TaskHandle"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["sourceArn"] = source }.ToJsonString())) };
            case "PurgeQueue":
                Sqs(input).PurgeQueue(Url(input));
                return [];
            case "GetQueueAttributes":
                return new() { ["Attributes"] = Wanted(Sqs(input).GetQueueAttributes(Url(input)), Names(input, "AttributeNames")) };
            case "SetQueueAttributes":
                Sqs(input).SetQueueAttributes(Url(input), Map(input, "Attributes"));
                return [];
            case "ListQueueTags":
                return new() { ["Tags"] = new JsonObject(Sqs(input).Queue(Url(input)).Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))) };
            default:
                throw new AwsError("UnknownOperationException", $"The operation {operation} is not known.", 400);
        }
    }

    private JsonObject Create(JsonObject input)
    {
        var attributes = Map(input, "Attributes");
        var visibility = attributes.TryGetValue("VisibilityTimeout", out var seconds) && int.TryParse(seconds, out var number) ? TimeSpan.FromSeconds(number) : (TimeSpan?)null;
        var queue = region.Sqs.CreateQueue(Required(input, "QueueName"), visibility);
        region.Sqs.SetQueueAttributes(queue.Name, attributes);
        foreach (var (name, value) in Map(input, "tags"))
        {
            queue.Tags[name] = value;
        }

        return new() { ["QueueUrl"] = queue.Url };
    }

    private SentMessage Send(JsonObject input, string url)
    {
        var attributes = (input["MessageAttributes"] as JsonObject ?? []).ToDictionary(
            pair => pair.Key,
            pair => new SqsAttribute(
                pair.Value!["DataType"]!.ToString(), pair.Value["StringValue"]?.ToString(),
                pair.Value["BinaryValue"] is { } binary ? Convert.FromBase64String(binary.ToString()) : null));
        return At(url).Send(url, Required(input, "MessageBody"), attributes, Seconds(input, "DelaySeconds"),
            input["MessageSystemAttributes"]?["AWSTraceHeader"]?["StringValue"]?.ToString() ?? traceHeader, SqsSender.Of(key));
    }

    private async Task<JsonObject> ReceiveAsync(JsonObject input, CancellationToken cancellationToken)
    {
        var (sqs, url) = (Sqs(input), Url(input));
        var queue = sqs.Queue(url);
        var wait = Seconds(input, "WaitTimeSeconds") ?? queue.ReceiveWait;
        var until = region.World.Now + (wait < LongestPoll ? wait : LongestPoll);
        while (true)
        {
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnArrived(SqsQueue which)
            {
                if (which == queue)
                {
                    arrived.TrySetResult();
                }
            }

            sqs.Arrived += OnArrived;
            try
            {
                var received = sqs.Receive(url, (int?)input["MaxNumberOfMessages"] ?? 1, Seconds(input, "VisibilityTimeout"));
                var left = until - region.World.Now;
                if (received.Count > 0 || left <= TimeSpan.Zero)
                {
                    return received.Count == 0 ? [] : new() { ["Messages"] = new JsonArray([.. received.Select(message => (JsonNode)Shown(message, input))]) };
                }

                await arrived.Task.WaitAsync(left, region.World.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The poll's time is over: look once more and answer, with nothing if need be.
                continue;
            }
            finally
            {
                sqs.Arrived -= OnArrived;
            }
        }
    }

    private static JsonObject Shown(ReceivedMessage message, JsonObject input)
    {
        var shown = new JsonObject
        {
            ["MessageId"] = message.MessageId,
            ["ReceiptHandle"] = message.ReceiptHandle,
            ["MD5OfBody"] = message.Md5OfBody,
            ["Body"] = message.Body,
        };
        var wanted = Wanted(message.Attributes, [.. Names(input, "AttributeNames"), .. Names(input, "MessageSystemAttributeNames")]);
        if (wanted.Count > 0)
        {
            shown["Attributes"] = wanted;
        }

        var names = Names(input, "MessageAttributeNames");
        var attributes = message.MessageAttributes.Where(attribute => names.Any(name => name is "All" or ".*" || name == attribute.Key
            || (name.EndsWith(".*", StringComparison.Ordinal) && attribute.Key.StartsWith(name[..^2], StringComparison.Ordinal)))).ToDictionary();
        if (attributes.Count > 0)
        {
            shown["MD5OfMessageAttributes"] = SqsDigest.OfAttributes(attributes);
            shown["MessageAttributes"] = new JsonObject(attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (JsonNode?)Shown(attribute.Value))));
        }

        return shown;
    }

    private static JsonObject Shown(SqsAttribute attribute) => attribute.BinaryValue is { } binary
        ? new() { ["DataType"] = attribute.DataType, ["BinaryValue"] = Convert.ToBase64String(binary) }
        : new() { ["DataType"] = attribute.DataType, ["StringValue"] = attribute.StringValue };

    private static JsonObject Sent(SentMessage sent)
    {
        var answer = new JsonObject { ["MessageId"] = sent.MessageId, ["MD5OfMessageBody"] = sent.Md5OfBody };
        if (sent.Md5OfAttributes is { } digest)
        {
            answer["MD5OfMessageAttributes"] = digest;
        }

        return answer;
    }

    private static JsonObject Done(Action what)
    {
        what();
        return [];
    }

    private static JsonObject Batch(JsonObject input, Func<JsonObject, JsonObject> each)
    {
        var entries = (input["Entries"] as JsonArray ?? []).Select(entry => (JsonObject)entry!).ToList();
        RefuseBatch(entries);
        var (successful, failed) = (new JsonArray(), new JsonArray());
        foreach (var entry in entries)
        {
            var id = Required(entry, "Id");
            try
            {
                var result = each(entry);
                result["Id"] = id;
                successful.Add((JsonNode)result);
            }
            catch (AwsError refused) when (refused.Code != "QueueDoesNotExist")
            {
                failed.Add((JsonNode)new JsonObject { ["Id"] = id, ["SenderFault"] = true, ["Code"] = AwsAnswer.SqsQueryCode(refused.Code), ["Message"] = refused.Message });
            }
        }

        var answer = new JsonObject { ["Successful"] = successful };
        if (failed.Count > 0)
        {
            answer["Failed"] = failed;
        }

        return answer;
    }

    private static void RefuseBatch(List<JsonObject> entries)
    {
        if (entries.Count == 0)
        {
            throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.", 400);
        }

        if (entries.Count > 10)
        {
            throw new AwsError("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {entries.Count}.", 400);
        }

        if (entries.GroupBy(entry => Required(entry, "Id")).FirstOrDefault(group => group.Count() > 1) is { Key: var repeated })
        {
            throw new AwsError("BatchEntryIdsNotDistinct", $"Id {repeated} repeated.", 400);
        }
    }

    private static JsonObject Wanted(IReadOnlyDictionary<string, string> all, IReadOnlyList<string> names) =>
        new(all.Where(pair => names.Contains("All") || names.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private Sqs Sqs(JsonObject input) => At(Url(input));

    /// <summary>The URL names the account that owns the queue.</summary>
    private Sqs At(string url) => url.Split('/') is [.., var account, _] && account.Length == 12 && account.All(char.IsAsciiDigit)
        ? region.Cloud.Region(account, region.Name).Sqs
        : region.Sqs;

    private static string Url(JsonObject input) => Required(input, "QueueUrl");

    private static string? Text(JsonObject input, string name) => input[name]?.ToString();

    private static string Required(JsonObject input, string name) => Text(input, name) ?? throw AwsError.Missing(name);

    private static TimeSpan? Seconds(JsonObject input, string name) => (int?)input[name] is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static IReadOnlyList<string> Names(JsonObject input, string name) => [.. (input[name] as JsonArray ?? []).Select(entry => entry!.ToString())];

    private static Dictionary<string, string> Map(JsonObject input, string name) =>
        (input[name] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "");
}
