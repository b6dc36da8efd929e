using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Batches;

/// <summary>The bodies of the messages that one is split into: its event about some of its instances, without SNS's envelope. Pure.</summary>
internal static class MessagePartBodies
{
    /// <summary>A Capacity Block's warning, with the end that EC2 tells.</summary>
    public static string OfBlock(SqsRecord record, DateTimeOffset end, IReadOnlyCollection<string> instanceIds) => Edit(record, detail =>
    {
        detail["end-date"] = JsonValue.Create(end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        detail[CapacityBlockEvent.InstanceIds] = List(instanceIds);
    });

    /// <summary>What a message that names several instances says of these.</summary>
    public static string OfInstances(SqsRecord record, IReadOnlyCollection<string> instanceIds) => Edit(record, detail =>
    {
        if (detail.FirstOrDefault(member => member.Key.Equals("affectedEntities", StringComparison.OrdinalIgnoreCase)) is { Value: JsonArray entities } affected)
        {
            var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
            detail[affected.Key] = new JsonArray([.. entities.Where(entity => InstanceOf(entity) is { } id && wanted.Remove(id)).Select(entity => entity!.DeepClone())]);
        }
        else
        {
            detail[CapacityBlockEvent.InstanceIds] = List(instanceIds);
        }
    });

    private static string Edit(SqsRecord record, Action<JsonObject> detail)
    {
        var root = EventOf(record);
        detail(root["detail"]!.AsObject());
        return root.ToJsonString();
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    private static string? InstanceOf(JsonNode? entity) =>
        entity is JsonObject members && members.FirstOrDefault(member => member.Key.Equals("entityValue", StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
            && value.GetValueKind() is JsonValueKind.String ? AwsIdentifiers.InstanceIdIn(value.GetValue<string>()) : null;

    private static JsonObject EventOf(SqsRecord record)
    {
        var root = Parse(record.Body.TrimStart('\uFEFF'));
        return root["detail"] is null && root["Message"] is JsonValue message ? Parse(message.GetValue<string>()) : root;
    }

    private static JsonObject Parse(string text) => JsonNode.Parse(Encoding.UTF8.GetBytes(text))!.AsObject();
}
