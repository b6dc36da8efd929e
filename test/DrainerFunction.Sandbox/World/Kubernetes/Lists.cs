using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Lists: selectors, pages that all show one revision, and what happens when that revision is forgotten.</summary>
internal sealed class Lists(ObjectStore store)
{
    private const string Forgotten =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

    public JsonObject List(RequestTarget target, ApiRequest request)
    {
        var kind = target.Kind!;
        var matches = Selectors.Of(kind, request, target.Name);
        var page = Page.Of(request, store);
        var all = Candidates(kind, target.Namespace, request, page.Revision);
        var chosen = (matches is null ? all : all.Where(matches))
            .Where(thing => page.After is null || string.CompareOrdinal(ObjectStore.Key(thing), page.After) > 0);
        var items = new JsonArray();
        string? last = null;
        var left = 0L;
        foreach (var thing in chosen)
        {
            if (page.Limit > 0 && items.Count == page.Limit)
            {
                left++;
                continue;
            }

            last = ObjectStore.Key(thing);
            items.Add((JsonNode)Untyped(thing));
        }

        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString(CultureInfo.InvariantCulture) };
        if (left > 0)
        {
            metadata["continue"] = Page.Token(page.Revision, last!);
            if (matches is null)
            {
                metadata["remainingItemCount"] = left;
            }
        }

        return new() { ["kind"] = $"{kind.Kind}List", ["apiVersion"] = kind.ApiVersion, ["metadata"] = metadata, ["items"] = items };
    }

    /// <summary>All objects that a list or watch may be about; pods of one node come from an index.</summary>
    public IEnumerable<JsonObject> Candidates(ResourceKind kind, string? space, ApiRequest request, long revision) =>
        kind == ResourceKinds.Pods && revision == store.Revision && Selectors.Demanded(request.Asks("fieldSelector"), "spec.nodeName") is { Length: > 0 } node
            ? store.Pods.On(node).Where(pod => space is null || pod.Namespace() == space)
            : store.ListAt(revision, kind, space);

    // The items of a typed list carry neither kind nor apiVersion.
    private static JsonObject Untyped(JsonObject thing)
    {
        var copy = thing.Copy();
        copy.Remove("kind");
        copy.Remove("apiVersion");
        return copy;
    }

    private sealed record Page(long Revision, string? After, long Limit)
    {
        public static Page Of(ApiRequest request, ObjectStore store)
        {
            var limit = long.TryParse(request.Asks("limit"), CultureInfo.InvariantCulture, out var asked) ? asked : 0;
            if (request.Asks("continue") is { Length: > 0 } token)
            {
                return Continued(token, limit, store);
            }

            var revision = store.Revision;
            if (long.TryParse(request.Asks("resourceVersion"), CultureInfo.InvariantCulture, out var wanted) && wanted > 0)
            {
                if (wanted > store.Revision)
                {
                    throw TooNew(wanted, store.Revision);
                }

                if (request.Asks("resourceVersionMatch") == "Exact")
                {
                    revision = wanted >= store.Oldest ? wanted : throw ApiRefusal.Expired($"The resourceVersion for the provided list is too old.");
                }
            }

            return new(revision, null, limit);
        }

        public static string Token(long revision, string last) => Convert.ToBase64String(
            Encoding.UTF8.GetBytes(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = revision, ["start"] = last + "\0" }.ToJsonString()));

        private static Page Continued(string token, long limit, ObjectStore store)
        {
            try
            {
                var state = JsonNode.Parse(Convert.FromBase64String(token));
                var revision = state.Number("rv") ?? 0;
                return revision >= store.Oldest
                    ? new(revision, state.Text("start")!.TrimEnd('\0'), limit)
                    : throw ApiRefusal.Expired(Forgotten);
            }
            catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
            {
                throw ApiRefusal.BadRequest($"continue key is not valid: {e.Message}");
            }
        }

        private static ApiRefusal TooNew(long wanted, long current) => ApiRefusal.Of(
            504,
            "Timeout",
            $"Timeout: Too large resource version: {wanted}, current: {current}",
            new() { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }) },
            TimeSpan.FromSeconds(1));
    }
}
