using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Pods by the node they are bound to and by the uid of their controller, so that nothing walks over all pods.</summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _byOwner = new(StringComparer.Ordinal);

    /// <summary>A copy, for the caller may change what it walks over.</summary>
    public IReadOnlyList<JsonObject> On(string node) => Of(_byNode, node);

    public IReadOnlyList<JsonObject> OwnedBy(string uid) => Of(_byOwner, uid);

    public int CountOn(string node) => _byNode.TryGetValue(node, out var pods) ? pods.Count : 0;

    public void Note(StoreChange change)
    {
        Note(_byNode, change, pod => pod.Text("spec", "nodeName"));
        Note(_byOwner, change, pod => pod.Controller().Text("uid"));
    }

    private static void Note(Dictionary<string, SortedDictionary<string, JsonObject>> index, StoreChange change, Func<JsonObject, string?> keyOf)
    {
        if (change.Before is { } before && keyOf(before) is { } old && index.TryGetValue(old, out var pods))
        {
            pods.Remove(ObjectStore.Key(before));
            if (pods.Count == 0)
            {
                index.Remove(old);
            }
        }

        if (change.After is { } after && keyOf(after) is { } now)
        {
            if (!index.TryGetValue(now, out var its))
            {
                index[now] = its = new(StringComparer.Ordinal);
            }

            its[ObjectStore.Key(after)] = after;
        }
    }

    private static JsonObject[] Of(Dictionary<string, SortedDictionary<string, JsonObject>> index, string key) =>
        index.TryGetValue(key, out var pods) ? [.. pods.Values] : [];
}
