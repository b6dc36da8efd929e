using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One change of one object; exactly one of the two states is null when it came or went.</summary>
internal sealed record StoreChange(long Revision, ResourceKind Kind, JsonObject? Before, JsonObject? After)
{
    public JsonObject Object => After ?? Before!;
}

/// <summary>
/// What etcd is to a real API server: objects by kind, namespace and name, one revision counter, and the recent history.
/// A stored object is never changed; a write stores a new one.
/// </summary>
internal sealed class ObjectStore(int historyLength)
{
    private readonly Dictionary<ResourceKind, SortedDictionary<string, SortedDictionary<string, JsonObject>>> _objects = [];
    private readonly LinkedList<StoreChange> _history = new();
    private readonly Queue<StoreChange> _untold = new();
    private bool _telling;

    /// <summary>Raised after the change is stored, in the order of the revisions even when a listener writes again.</summary>
    public event Action<StoreChange>? Changed;

    public long Revision { get; private set; } = 1000;

    /// <summary>A watch or a consistent list can start no earlier than here.</summary>
    public long Oldest { get; private set; } = 1000;

    public PodIndex Pods { get; } = new();

    public JsonObject? Get(ResourceKind kind, string? space, string name) =>
        _objects.TryGetValue(kind, out var spaces) && spaces.TryGetValue(space ?? "", out var names) && names.TryGetValue(name, out var found) ? found : null;

    /// <summary>In the order of namespace and name; <paramref name="space"/> null lists all namespaces.</summary>
    public IEnumerable<JsonObject> List(ResourceKind kind, string? space = null)
    {
        if (!_objects.TryGetValue(kind, out var spaces))
        {
            return [];
        }

        return space is null ? spaces.Values.SelectMany(names => names.Values) : spaces.TryGetValue(space, out var its) ? its.Values : [];
    }

    /// <summary>The pods of a namespace that a LabelSelector of a spec matches, in the order of their names.</summary>
    public IEnumerable<JsonObject> PodsMatching(string? space, JsonNode? labelSelector) =>
        (labelSelector.At("matchLabels") is JsonObject { Count: > 0 } labels && labels.First() is var (key, value) ? Pods.Labelled(space, key, value.Text()) : List(ResourceKinds.Pods, space))
            .Where(pod => Selectors.Matches(labelSelector, pod.At("metadata", "labels")));

    /// <summary>The same list as it was at an earlier revision.</summary>
    public IEnumerable<JsonObject> ListAt(long revision, ResourceKind kind, string? space)
    {
        if (revision == Revision)
        {
            return List(kind, space);
        }

        var then = List(kind, space).ToDictionary(Key, StringComparer.Ordinal);
        for (var change = _history.Last; change is not null && change.Value.Revision > revision; change = change.Previous)
        {
            if (change.Value.Kind != kind || (space is not null && change.Value.Object.Namespace() != space))
            {
                continue;
            }

            if (change.Value.Before is { } before)
            {
                then[Key(before)] = before;
            }
            else
            {
                then.Remove(Key(change.Value.Object));
            }
        }

        return then.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);
    }

    /// <summary>Stores <paramref name="thing"/>, which the store owns from now on, under the next revision.</summary>
    public JsonObject Put(ResourceKind kind, JsonObject thing)
    {
        var before = Get(kind, thing.Namespace(), thing.Name());
        Stamp(thing, ++Revision);
        Names(kind, thing)[thing.Name()] = thing;
        Remember(new(Revision, kind, before, thing));
        return thing;
    }

    /// <summary>Removes the object; what watches see last is <paramref name="last"/> under the revision of the removal.</summary>
    public JsonObject Remove(ResourceKind kind, JsonObject last)
    {
        Names(kind, last).Remove(last.Name());
        var gone = last.Copy();
        Stamp(gone, ++Revision);
        Remember(new(Revision, kind, gone, null));
        return gone;
    }

    public IEnumerable<StoreChange> Since(long revision, ResourceKind kind)
    {
        var first = _history.Last;
        while (first is not null && first.Value.Revision > revision)
        {
            first = first.Previous;
        }

        for (var change = first is null ? _history.First : first.Next; change is not null; change = change.Next)
        {
            if (change.Value.Kind == kind)
            {
                yield return change.Value;
            }
        }
    }

    /// <summary>Forgets the history, as etcd's compaction does: older watches and continued lists are answered 410.</summary>
    public void Compact()
    {
        _history.Clear();
        Oldest = ++Revision;
    }

    public static string Key(JsonObject thing) => $"{thing.Namespace()}/{thing.Name()}";

    private static void Stamp(JsonObject thing, long revision) =>
        thing.Child("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);

    private SortedDictionary<string, JsonObject> Names(ResourceKind kind, JsonObject thing)
    {
        if (!_objects.TryGetValue(kind, out var spaces))
        {
            _objects[kind] = spaces = new(StringComparer.Ordinal);
        }

        if (!spaces.TryGetValue(thing.Namespace() ?? "", out var names))
        {
            spaces[thing.Namespace() ?? ""] = names = new(StringComparer.Ordinal);
        }

        return names;
    }

    private void Remember(StoreChange change)
    {
        if (change.Kind == ResourceKinds.Pods)
        {
            Pods.Note(change);
        }

        _history.AddLast(change);
        if (_history.Count > historyLength)
        {
            Oldest = _history.First!.Value.Revision;
            _history.RemoveFirst();
        }

        _untold.Enqueue(change);
        if (_telling)
        {
            return;
        }

        _telling = true;
        try
        {
            while (_untold.TryDequeue(out var next))
            {
                Changed?.Invoke(next);
            }
        }
        finally
        {
            _telling = false;
        }
    }
}
