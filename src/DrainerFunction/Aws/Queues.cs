using System.Globalization;
using System.Text.Json;
using Amazon;
using Amazon.SQS;
using Amazon.SQS.Model;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws;

internal sealed class Queues(Lazy<AmazonSQSClient> sqs, AwsCalls calls) : IQueues
{
    private const int MostEntries = 10;

    public Uri UrlOf(string queueArn)
    {
        if (queueArn.Split(':') is not ["arn", _, "sqs", var region, var account, var name])
        {
            throw new FormatException($"\"{queueArn}\" is not the ARN of a queue.");
        }

        var endpoint = sqs.Value.Config.ServiceURL is { Length: > 0 } url ? url.TrimEnd('/') : $"https://sqs.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}";
        return new($"{endpoint}/{account}/{name}");
    }

    public async Task<IReadOnlyList<string>> ChangeVisibilityAsync(
        Uri queue, IReadOnlyList<string> receiptHandles, TimeSpan visibility, CancellationToken cancellationToken)
    {
        List<string> lost = [];
        foreach (var handles in receiptHandles.Chunk(MostEntries))
        {
            var answer = await calls.AskAsync(
                "sqs:ChangeMessageVisibilityBatch", stop => sqs.Value.ChangeMessageVisibilityBatchAsync(Request(queue, handles, visibility), stop), cancellationToken);
            lost.AddRange((answer.Failed ?? []).Select(failed => handles[LostIndex(failed)]));
        }

        return lost;
    }

    public Task SendAsync(Uri queue, string body, IReadOnlyDictionary<string, string> attributes, TimeSpan delay, CancellationToken cancellationToken) =>
        calls.AskAsync(
            "sqs:SendMessage",
            stop => sqs.Value.SendMessageAsync(
                new SendMessageRequest
                {
                    QueueUrl = queue.AbsoluteUri,
                    MessageBody = body,
                    DelaySeconds = WholeSeconds(delay),
                    MessageAttributes = attributes.ToDictionary(
                        attribute => attribute.Key, attribute => new MessageAttributeValue { DataType = "String", StringValue = attribute.Value }),
                },
                stop),
            cancellationToken);

    public async Task<QueueState> DescribeAsync(Uri queue, CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(
            "sqs:GetQueueAttributes",
            stop => sqs.Value.GetQueueAttributesAsync(new GetQueueAttributesRequest { QueueUrl = queue.AbsoluteUri, AttributeNames = ["QueueArn", "ApproximateNumberOfMessages", "RedrivePolicy"] }, stop),
            cancellationToken);
        var attributes = answer.Attributes ?? [];
        return new(
            attributes.GetValueOrDefault("QueueArn", ""),
            int.TryParse(attributes.GetValueOrDefault("ApproximateNumberOfMessages"), NumberStyles.None, CultureInfo.InvariantCulture, out var messages) ? messages : 0,
            attributes.GetValueOrDefault("RedrivePolicy") is { } redrive ? DeadLetterQueueIn(redrive) : null);
    }

    private static string? DeadLetterQueueIn(string redrivePolicy)
    {
        using var json = JsonDocument.Parse(redrivePolicy);
        return JsonText.Of(json.RootElement, "deadLetterTargetArn");
    }

    private static ChangeMessageVisibilityBatchRequest Request(Uri queue, string[] handles, TimeSpan visibility) => new()
    {
        QueueUrl = queue.AbsoluteUri,
        Entries =
        [
            .. handles.Select((handle, index) => new ChangeMessageVisibilityBatchRequestEntry(index.ToString(CultureInfo.InvariantCulture), handle)
            {
                VisibilityTimeout = WholeSeconds(visibility),
            }),
        ],
    };

    // An error of SQS's own says nothing about the message; only the receiver's fault means that the handle holds it no longer.
    private static int LostIndex(BatchResultErrorEntry failed) => failed.SenderFault is true
        ? int.Parse(failed.Id, CultureInfo.InvariantCulture)
        : throw new AwsCallException(AwsRefusal.Unreachable, "sqs:ChangeMessageVisibilityBatch", failed.Code, failed.Message ?? "");

    private static int WholeSeconds(TimeSpan span) => (int)Math.Ceiling(span.TotalSeconds);
}
