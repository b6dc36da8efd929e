using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>SQS as clients spoke it before it had a JSON protocol (AWS CLI 2.9 and older): the same calls in form fields and XML.</summary>
internal static class AwsSqsQuery
{
    public static async Task<AwsAnswer> AnswerAsync(AwsCall call, AwsSqs sqs, string requestId, CancellationToken cancellationToken) =>
        AwsAnswer.Query(call, requestId, Result(call.Operation, await sqs.AnswerAsync(call.Operation, Input(call), cancellationToken)));

    private static JsonObject Input(AwsCall call)
    {
        var input = Fields(call.Query);
        input["QueueUrl"] ??= call.Path.Count == 2 ? "/" + string.Join('/', call.Path) : null;
        foreach (var name in (string[])["AttributeName", "MessageAttributeName", "MessageSystemAttributeName"])
        {
            input[name + "s"] = new JsonArray([.. call.Query.List(name).Select(value => (JsonNode)value)]);
        }

        input["Attributes"] = new JsonObject(call.Query.Groups("Attribute").Select(pair => KeyValuePair.Create(pair.Required("Name"), (JsonNode?)pair.Required("Value"))));
        var entries = call.Query.Groups(call.Operation + "RequestEntry");
        if (entries.Count > 0)
        {
            input["Entries"] = new JsonArray([.. entries.Select(entry => (JsonNode)Fields(entry))]);
        }

        return input;
    }

    private static JsonObject Fields(QueryParameters query)
    {
        var fields = new JsonObject();
        foreach (var name in (string[])["Id", "QueueUrl", "QueueName", "QueueNamePrefix", "QueueOwnerAWSAccountId", "MessageBody", "ReceiptHandle"])
        {
            if (query[name] is { } value)
            {
                fields[name] = value;
            }
        }

        foreach (var name in (string[])["DelaySeconds", "VisibilityTimeout", "WaitTimeSeconds", "MaxNumberOfMessages"])
        {
            if (query.Number(name) is { } value)
            {
                fields[name] = value;
            }
        }

        fields["MessageAttributes"] = new JsonObject(query.Groups("MessageAttribute").Select(attribute => KeyValuePair.Create(attribute.Required("Name"), (JsonNode?)new JsonObject
        {
            ["DataType"] = attribute["Value.DataType"],
            ["StringValue"] = attribute["Value.StringValue"],
            ["BinaryValue"] = attribute["Value.BinaryValue"],
        })));
        return fields;
    }

    private static IEnumerable<XElement> Result(string operation, JsonObject answer) => answer.SelectMany(field => (field.Key, field.Value) switch
    {
        ("QueueUrls", JsonArray urls) => urls.Select(url => new XElement("QueueUrl", url!.ToString())),
        ("Attributes", JsonObject attributes) => Pairs("Attribute", attributes),
        ("Messages", JsonArray messages) => messages.Select(message => new XElement("Message", Message((JsonObject)message!))),
        ("Successful", JsonArray entries) => entries.Select(entry => new XElement(operation + "ResultEntry", Flat((JsonObject)entry!))),
        ("Failed", JsonArray entries) => entries.Select(entry => new XElement("BatchResultErrorEntry", Flat((JsonObject)entry!))),
        _ => [new XElement(field.Key, field.Value?.ToString())],
    });

    private static IEnumerable<XElement> Message(JsonObject message) => message.SelectMany(field => (field.Key, field.Value) switch
    {
        ("Attributes", JsonObject attributes) => Pairs("Attribute", attributes),
        ("MessageAttributes", JsonObject attributes) => attributes.Select(pair => new XElement("MessageAttribute", new XElement("Name", pair.Key), new XElement("Value", Flat((JsonObject)pair.Value!)))),
        _ => [new XElement(field.Key, field.Value?.ToString())],
    });

    private static IEnumerable<XElement> Pairs(string name, JsonObject pairs) =>
        pairs.Select(pair => new XElement(name, new XElement("Name", pair.Key), new XElement("Value", pair.Value?.ToString())));

    private static IEnumerable<XElement> Flat(JsonObject fields) => fields.Select(field => new XElement(field.Key, field.Value?.ToString()));
}
