using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Reads and writes API objects by their paths, without a schema.</summary>
internal static class JsonPaths
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = node is JsonObject map && map.TryGetPropertyValue(step, out var next) ? next : null;
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString() : null;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() is JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (long)number
                : null;

    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() is JsonValueKind.True;

    public static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonObject>() : [];

    public static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.Select(item => item.Text()).OfType<string>() : [];

    /// <summary>The object under this name, made if it is not there.</summary>
    public static JsonObject Child(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    public static JsonArray ChildList(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    public static JsonObject Copy(this JsonObject node) => (JsonObject)node.DeepClone();

    public static string Name(this JsonObject thing) => thing.Text("metadata", "name") ?? "";

    public static string? Namespace(this JsonObject thing) => thing.Text("metadata", "namespace");

    public static string Uid(this JsonObject thing) => thing.Text("metadata", "uid") ?? "";

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public static string FullName(this JsonObject thing) => thing.Namespace() is { } space ? $"{space}/{thing.Name()}" : thing.Name();

    public static string? Annotation(this JsonObject thing, string key) => thing.Text("metadata", "annotations", key);

    public static string? Label(this JsonObject thing, string key) => thing.Text("metadata", "labels", key);

    /// <summary>The owner that manages this object.</summary>
    public static JsonObject? Controller(this JsonObject thing) =>
        thing.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.IsTrue("controller"));

    public static JsonObject? Condition(this JsonObject thing, string type) =>
        thing.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    public static bool ConditionIsTrue(this JsonObject thing, string type) => thing.Condition(type).Text("status") == "True";

    /// <summary>Sets a condition of the status; the transition time moves only with the status.</summary>
    public static void SetCondition(this JsonObject thing, DateTimeOffset now, string type, string status, string? reason = null, string? message = null)
    {
        var conditions = thing.Child("status").ChildList("conditions");
        if (conditions.OfType<JsonObject>().FirstOrDefault(one => one.Text("type") == type) is not { } condition)
        {
            conditions.Add((JsonNode)(condition = new JsonObject { ["type"] = type }));
        }

        if (condition.Text("status") != status)
        {
            condition["lastTransitionTime"] = now.Stamp();
        }

        condition["status"] = status;
        SetOrRemove("reason", reason);
        SetOrRemove("message", message);

        void SetOrRemove(string name, string? value)
        {
            if (value is null)
            {
                condition.Remove(name);
            }
            else
            {
                condition[name] = value;
            }
        }
    }

    /// <summary>As metav1.Time writes it: seconds, UTC.</summary>
    public static string Stamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>As metav1.MicroTime writes it.</summary>
    public static string MicroStamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
