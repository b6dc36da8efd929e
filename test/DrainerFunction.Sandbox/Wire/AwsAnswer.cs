using System.Text.Json.Nodes;
using System.Xml.Linq;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>An answer in the shape of its protocol.</summary>
internal sealed record AwsAnswer(int Status, string ContentType, string Body)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static AwsAnswer Json(AwsCall call, JsonObject body) => new(200, ContentTypeOf(call.Protocol), body.ToJsonString());

    /// <summary>The result of a Query operation, wrapped as Auto Scaling, STS and the old SQS wrap it.</summary>
    public static AwsAnswer Query(AwsCall call, string requestId, params IEnumerable<XElement?> result) => Xml(200, NamespaceOf(call),
        new XElement(call.Operation + "Response",
            new XElement(call.Operation + "Result", result),
            new XElement("ResponseMetadata", new XElement("RequestId", requestId))));

    public static AwsAnswer Ec2(AwsCall call, string requestId, params IEnumerable<XElement?> result) => Xml(200, NamespaceOf(call),
        new XElement(call.Operation + "Response", new XElement("requestId", requestId), result));

    public static AwsAnswer Refusal(AwsCall call, string requestId, AwsError error)
    {
        var sender = error.Status < 500 ? "Sender" : "Receiver";
        return call.Protocol switch
        {
            AwsProtocol.Ec2Query => Xml(error.Status, "", new XElement("Response",
                new XElement("Errors", new XElement("Error", new XElement("Code", error.Code), new XElement("Message", error.Message))),
                new XElement("RequestID", requestId))),
            AwsProtocol.Query => Xml(error.Status, NamespaceOf(call), new XElement("ErrorResponse",
                new XElement("Error", new XElement("Type", sender), new XElement("Code", call.Service == "sqs" ? SqsQueryCode(error.Code) : error.Code), new XElement("Message", error.Message)),
                new XElement("RequestId", requestId))),
            AwsProtocol.RestJson => new(error.Status, ContentTypeOf(call.Protocol), new JsonObject { ["message"] = error.Message }.ToJsonString())
            {
                Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = error.Code },
            },
            AwsProtocol.Json10 => new(error.Status, ContentTypeOf(call.Protocol), new JsonObject { ["__type"] = "com.amazonaws.sqs#" + error.Code, ["message"] = error.Message }.ToJsonString())
            {
                Headers = new Dictionary<string, string> { ["x-amzn-query-error"] = $"{SqsQueryCode(error.Code)};{sender}" },
            },
            _ => new(error.Status, ContentTypeOf(call.Protocol), new JsonObject { ["__type"] = error.Code, ["message"] = error.Message }.ToJsonString()),
        };
    }

    /// <summary>What the code was called before SQS spoke JSON; clients of then still look for it (botocore, awsQueryCompatible).</summary>
    public static string SqsQueryCode(string code) => code switch
    {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists" => "QueueAlreadyExists",
        "EmptyBatchRequest" or "TooManyEntriesInBatchRequest" or "BatchEntryIdsNotDistinct" or "MessageNotInflight" or "PurgeQueueInProgress" => "AWS.SimpleQueueService." + code,
        _ => code,
    };

    private static AwsAnswer Xml(int status, XNamespace space, XElement root)
    {
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = space + element.Name.LocalName;
        }

        return new(status, "text/xml;charset=UTF-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting));
    }

    private static string NamespaceOf(AwsCall call) => call.Service switch
    {
        "ec2" => "http://ec2.amazonaws.com/doc/2016-11-15/",
        "autoscaling" => "http://autoscaling.amazonaws.com/doc/2011-01-01/",
        "monitoring" => "http://monitoring.amazonaws.com/doc/2010-08-01/",
        "sts" => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "http://queue.amazonaws.com/doc/2012-11-05/",
    };

    private static string ContentTypeOf(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json10 => "application/x-amz-json-1.0",
        AwsProtocol.Json11 => "application/x-amz-json-1.1",
        _ => "application/json",
    };
}
