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
        detail[Member(detail, "end-date").Name] = JsonValue.Create(end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        detail[Member(detail, CapacityBlockEvent.InstanceIds).Name] = List(instanceIds);
    });

    /// <summary>What a message that names several instances says of these.</summary>
    public static string OfInstances(SqsRecord record, IReadOnlyCollection<string> instanceIds) => Edit(record, detail =>
    {
        if (Member(detail, "affectedEntities") is { Name: var name, Value: JsonArray entities })
        {
            var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
            detail[name] = new JsonArray([.. entities.Where(entity => InstanceOf(entity) is { } id && wanted.Remove(id)).Select(entity => entity!.DeepClone())]);
        }
        else
        {
            detail[Member(detail, CapacityBlockEvent.InstanceIds).Name] = List(instanceIds);
        }
    });

    private static string Edit(SqsRecord record, Action<JsonObject> detail)
    {
        var root = EventOf(record);
        detail(Member(root, "detail").Value!.AsObject());
        return root.ToJsonString();
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    private static string? InstanceOf(JsonNode? entity) =>
        entity is JsonObject members && Member(members, "entityValue").Value is JsonValue value && value.GetValueKind() is JsonValueKind.String ? AwsIdentifiers.InstanceIdIn(value.GetValue<string>()) : null;

    private static JsonObject EventOf(SqsRecord record)
    {
        var root = Parse(record.Body.TrimStart('\uFEFF'));
        return Member(root, "detail").Value is null && Member(root, "Message").Value is JsonValue message ? Parse(message.GetValue<string>()) : root;
    }

    private static JsonObject Parse(string text) => NodeOf(JsonElement.Parse(Encoding.UTF8.GetBytes(text)))!.AsObject();

    // Member by member: of two of one name the last counts, as it does for the decoder, where a parsed node refuses both.
    private static JsonNode? NodeOf(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in json.EnumerateObject())
                {
                    members[member.Name] = NodeOf(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(NodeOf)]);
            default:
                return JsonValue.Create(json);
        }
    }

    // As the decoder finds it: by its exact name, else in any letter case.
    private static (string Name, JsonNode? Value) Member(JsonObject json, string name) => json.TryGetPropertyValue(name, out var exact)
        ? (name, exact)
        : json.Where(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(member => (member.Key, member.Value)).FirstOrDefault((name, null));
}
