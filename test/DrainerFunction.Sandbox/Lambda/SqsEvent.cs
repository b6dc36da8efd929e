using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>The payload that a mapping hands to a function.</summary>
internal static class SqsEvent
{
    public static string Of(SqsQueue queue, string region, IReadOnlyList<ReceivedMessage> messages) => new JsonObject
    {
        ["Records"] = new JsonArray([.. messages.Select(message => Record(queue, region, message))]),
    }.ToJsonString();

    private static JsonObject Record(SqsQueue queue, string region, ReceivedMessage message) => new()
    {
        ["messageId"] = message.MessageId,
        ["receiptHandle"] = message.ReceiptHandle,
        ["body"] = message.Body,
        ["attributes"] = new JsonObject([.. message.Attributes.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))]),
        ["messageAttributes"] = new JsonObject([.. message.MessageAttributes.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)Attribute(each.Value)))]),
        ["md5OfBody"] = message.Md5OfBody,
        ["md5OfMessageAttributes"] = message.Md5OfMessageAttributes,
        ["eventSource"] = "aws:sqs",
        ["eventSourceARN"] = queue.Arn,
        ["awsRegion"] = region,
    };

    private static JsonObject Attribute(SqsAttribute attribute) => new()
    {
        ["stringValue"] = attribute.StringValue,
        ["binaryValue"] = attribute.BinaryValue is null ? null : Convert.ToBase64String(attribute.BinaryValue),
        ["stringListValues"] = new JsonArray(),
        ["binaryListValues"] = new JsonArray(),
        ["dataType"] = attribute.DataType,
    };
}
