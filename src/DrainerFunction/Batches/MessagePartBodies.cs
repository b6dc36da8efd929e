using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Batches;

/// <summary>The bodies of the messages that one is split into. Pure.</summary>
internal static class MessagePartBodies
{
    // Only a Health event names several. Its other members stay as they are; SNS's envelope goes.
    public static IEnumerable<string> OfHealthEvent(OversizedMessage message)
    {
        var root = EventOf(message.First.Record);
        var detail = root["detail"]!.AsObject();
        var (name, entities) = detail.First(member => member.Key.Equals("affectedEntities", StringComparison.OrdinalIgnoreCase));
        var wanted = message.InstanceIds.ToHashSet(StringComparer.Ordinal);
        var named = entities!.AsArray().Where(entity => InstanceOf(entity) is { } id && wanted.Remove(id)).Select(entity => entity!.ToJsonString()).ToList();
        foreach (var part in named.Chunk(Continuation.MostInstances))
        {
            detail[name] = JsonNode.Parse($"[{string.Join(',', part)}]");
            yield return root.ToJsonString();
        }
    }

    public static string OfBlock(OversizedMessage message, DateTimeOffset end, IReadOnlyList<string> instanceIds)
    {
        var root = EventOf(message.First.Record);
        var detail = root["detail"]!.AsObject();
        detail["end-date"] = JsonValue.Create(end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        detail[CapacityBlockEvent.InstanceIds] = new JsonArray([.. instanceIds.Select(id => (JsonNode?)JsonValue.Create(id))]);
        return root.ToJsonString();
    }

    /// <summary>What a message that names several instances says of these.</summary>
    public static string OfInstances(SqsRecord record, IReadOnlyCollection<string> instanceIds)
    {
        var root = EventOf(record);
        var detail = root["detail"]!.AsObject();
        if (detail.FirstOrDefault(member => member.Key.Equals("affectedEntities", StringComparison.OrdinalIgnoreCase)) is { Value: JsonArray entities } affected)
        {
            var wanted = instanceIds.ToHashSet(StringComparer.Ordinal);
            detail[affected.Key] = new JsonArray([.. entities.Where(entity => InstanceOf(entity) is { } id && wanted.Remove(id)).Select(entity => entity!.DeepClone())]);
        }
        else
        {
            detail[CapacityBlockEvent.InstanceIds] = new JsonArray([.. instanceIds.Select(id => (JsonNode?)JsonValue.Create(id))]);
        }

        return root.ToJsonString();
    }

    private static string? InstanceOf(JsonNode? entity) =>
        entity is JsonObject members && members.FirstOrDefault(member => member.Key.Equals("entityValue", StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
            && value.GetValueKind() is JsonValueKind.String ? AwsIdentifiers.InstanceIdIn(value.GetValue<string>()) : null;

    private static JsonObject EventOf(SqsRecord record)
    {
        var root = JsonNode.Parse(Encoding.UTF8.GetBytes(record.Body.TrimStart('\uFEFF')))!.AsObject();
        return root["detail"] is null && root["Message"] is JsonValue message ? JsonNode.Parse(Encoding.UTF8.GetBytes(message.GetValue<string>()))!.AsObject() : root;
    }
}
