using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>The four kinds of patch that a PATCH request may carry.</summary>
internal static class Patches
{
    public static JsonObject Apply(JsonObject thing, JsonNode? patch, string? contentType) =>
        (contentType ?? "").Split(';')[0].Trim() switch
        {
            "application/merge-patch+json" => (JsonObject)Merge(thing, Map(patch))!,
            "application/strategic-merge-patch+json" => StrategicMerge.Apply(thing, Map(patch)),
            // Simplified: without field managers an apply is a merge that keys lists as a strategic patch does.
            "application/apply-patch+yaml" or "application/apply-patch+json" => StrategicMerge.Apply(thing, Map(patch)),
            "application/json-patch+json" => JsonPatch(thing, patch as JsonArray ?? throw ApiRefusal.BadRequest("a JSON patch must be an array")),
            _ => throw ApiRefusal.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"),
        };

    /// <summary>RFC 7396.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged.TryGetPropertyValue(name, out var was);
                merged.Remove(name);
                merged[name] = Merge(was, value);
            }
        }

        return merged;
    }

    private static JsonObject Map(JsonNode? patch) =>
        patch as JsonObject ?? throw ApiRefusal.BadRequest("error decoding patch: the patch must be a JSON object");

    private static JsonObject JsonPatch(JsonObject thing, JsonArray operations)
    {
        JsonNode? root = thing;
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = Pointer(operation.Text("path") ?? "");
            root = operation.Text("op") switch
            {
                "add" => Add(root!, path, operation["value"]?.DeepClone()),
                "remove" => Remove(root!, path),
                "replace" => Add(Remove(root!, path), path, operation["value"]?.DeepClone()),
                "move" => Move(root!, Pointer(operation.Text("from") ?? ""), path),
                "copy" => Add(root!, path, Find(root, Pointer(operation.Text("from") ?? ""))?.DeepClone()),
                "test" => JsonNode.DeepEquals(Find(root, path), operation["value"]) ? root : throw Rejected(),
                _ => throw ApiRefusal.BadRequest($"Unexpected kind: {operation.Text("op")}"),
            };
        }

        return root as JsonObject ?? throw Rejected();
    }

    private static JsonNode Move(JsonNode root, string[] from, string[] to)
    {
        var value = Find(root, from)?.DeepClone();
        return Add(Remove(root, from), to, value);
    }

    private static JsonNode Add(JsonNode root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value ?? throw Rejected();
        }

        switch (Find(root, path[..^1]))
        {
            case JsonObject map:
                map[path[^1]] = value;
                return root;
            case JsonArray list when path[^1] == "-":
                list.Add(value);
                return root;
            case JsonArray list when Index(path[^1]) is var index && index <= list.Count:
                list.Insert(index, value);
                return root;
            default:
                throw Rejected();
        }
    }

    private static JsonNode Remove(JsonNode root, string[] path)
    {
        switch (path.Length == 0 ? null : Find(root, path[..^1]))
        {
            case JsonObject map when map.Remove(path[^1]):
                return root;
            case JsonArray list when Index(path[^1]) is var index && index < list.Count:
                list.RemoveAt(index);
                return root;
            default:
                throw Rejected();
        }
    }

    private static JsonNode? Find(JsonNode? root, string[] path)
    {
        foreach (var step in path)
        {
            root = root switch
            {
                JsonObject map when map.TryGetPropertyValue(step, out var next) => next,
                JsonArray list when Index(step) is var index && index < list.Count => list[index],
                _ => throw Rejected(),
            };
        }

        return root;
    }

    private static int Index(string step) => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;

    private static string[] Pointer(string path) =>
        path.Length == 0 ? [] : [.. path[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static ApiRefusal Rejected() =>
        ApiRefusal.Of(422, "Invalid", "the server rejected our request due to an error in our request", []);
}
