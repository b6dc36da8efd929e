using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Pods by the node they are bound to, by the uid of their controller and by their labels, so that nothing walks over all pods.</summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _byOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _byLabel = new(StringComparer.Ordinal);

    /// <summary>A copy, for the caller may change what it walks over.</summary>
    public IReadOnlyList<JsonObject> On(string node) => Of(_byNode, node);

    public IReadOnlyList<JsonObject> OwnedBy(string uid) => Of(_byOwner, uid);

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<JsonObject> Labelled(string? space, string key, string? value) => Of(_byLabel, LabelKey(space, key, value));

    public int CountOn(string node) => _byNode.TryGetValue(node, out var pods) ? pods.Count : 0;

    public void Note(StoreChange change)
    {
        Note(_byNode, change, pod => pod.Text("spec", "nodeName") is { } node ? [node] : []);
        Note(_byOwner, change, pod => pod.Controller().Text("uid") is { } uid ? [uid] : []);
        Note(_byLabel, change, pod => pod.At("metadata", "labels") is JsonObject labels ? [.. labels.Select(label => LabelKey(pod.Namespace(), label.Key, label.Value.Text()))] : []);
    }

    private static void Note(Dictionary<string, SortedDictionary<string, JsonObject>> index, StoreChange change, Func<JsonObject, string[]> keysOf)
    {
        var name = ObjectStore.Key(change.Object);
        var now = change.After is { } after ? keysOf(after) : [];
        foreach (var old in change.Before is { } before ? keysOf(before).Except(now) : [])
        {
            if (index.TryGetValue(old, out var pods) && pods.Remove(name) && pods.Count == 0)
            {
                index.Remove(old);
            }
        }

        foreach (var key in now)
        {
            if (!index.TryGetValue(key, out var its))
            {
                index[key] = its = new(StringComparer.Ordinal);
            }

            its[name] = change.After!;
        }
    }

    private static string LabelKey(string? space, string key, string? value) => $"{space}/{key}={value}";

    private static JsonObject[] Of(Dictionary<string, SortedDictionary<string, JsonObject>> index, string key) =>
        index.TryGetValue(key, out var pods) ? [.. pods.Values] : [];
}
