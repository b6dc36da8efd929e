using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Watches: from where they start, what they see, bookmarks, and how they end.</summary>
internal sealed class Watches
{
    private readonly Dictionary<Subject, SortedDictionary<long, Watcher>> _watchers = [];
    private readonly SimulatedWorld _world;
    private readonly ObjectStore _store;
    private readonly Lists _lists;
    private readonly TimeSpan _bookmarkEvery;
    private long _started;

    public Watches(SimulatedWorld world, ObjectStore store, Lists lists, TimeSpan bookmarkEvery)
    {
        (_world, _store, _lists, _bookmarkEvery) = (world, store, lists, bookmarkEvery);
        store.Changed += Tell;
    }

    public int Open => _watchers.Values.Sum(its => its.Count);

    public WatchStream Start(RequestTarget target, ApiRequest request, Func<JsonObject, JsonObject> form)
    {
        var kind = target.Kind!;
        var initial = InitialEvents.Of(kind, request);
        var stream = new WatchStream(_world.Gate);
        var watcher = new Watcher(stream, kind, target.Namespace, Selectors.Of(kind, request, target.Name), form);
        if (initial.From is { } from && from < _store.Oldest)
        {
            stream.Send(new("ERROR", (JsonObject)ApiRefusal.Expired($"too old resource version: {from} ({_store.Oldest})").Response.Body!));
            stream.Close();
            return stream;
        }

        if (initial.List)
        {
            foreach (var thing in _lists.Candidates(kind, target.Namespace, request, _store.Revision).Where(watcher.Matches))
            {
                stream.Send(new("ADDED", form(thing)));
            }
        }
        else if (initial.From is { } since)
        {
            foreach (var change in _store.Since(since, kind))
            {
                watcher.Tell(change);
            }
        }

        if (initial.Bookmark)
        {
            Bookmark(watcher, initialEventsEnd: true);
        }

        Keep(watcher, Subject.Of(target, request));
        Arm(watcher, request);
        return stream;
    }

    /// <summary>Ends every watch, as a restart of the API server does.</summary>
    public void CloseAll()
    {
        foreach (var (_, watcher) in _watchers.Values.SelectMany(its => its).OrderBy(its => its.Key).ToArray())
        {
            watcher.Stream.Close();
        }
    }

    // Only those that can be concerned are asked, in the order in which they were started.
    private void Tell(StoreChange change)
    {
        foreach (var (_, watcher) in Subject.Of(change).Distinct().SelectMany(about => _watchers.TryGetValue(about, out var its) ? its : []).OrderBy(its => its.Key).ToArray())
        {
            watcher.Tell(change);
        }
    }

    private void Keep(Watcher watcher, Subject about)
    {
        var number = _started++;
        if (!_watchers.TryGetValue(about, out var its))
        {
            _watchers[about] = its = [];
        }

        its.Add(number, watcher);
        watcher.Stream.WhenClosed(() =>
        {
            its.Remove(number);
            if (its.Count == 0)
            {
                _watchers.Remove(about);
            }
        });
    }

    private void Arm(Watcher watcher, ApiRequest request)
    {
        // Without a wish the server picks between 30 and 60 minutes.
        var timeout = double.TryParse(request.Asks("timeoutSeconds"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromMinutes(30 * (1 + _world.Chance.NextDouble()));
        var end = _world.Agenda.After(timeout, watcher.Stream.Close);
        Agenda.Entry? bookmark = null;
        if (request.AsksTrue("allowWatchBookmarks"))
        {
            Next();
        }

        watcher.Stream.WhenClosed(() =>
        {
            end.Cancel();
            bookmark?.Cancel();
        });

        void Next() => bookmark = _world.Agenda.After(_bookmarkEvery, () =>
        {
            Bookmark(watcher, initialEventsEnd: false);
            Next();
        });
    }

    private void Bookmark(Watcher watcher, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = _store.Revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        watcher.Stream.Send(new("BOOKMARK", new() { ["kind"] = watcher.Kind.Kind, ["apiVersion"] = watcher.Kind.ApiVersion, ["metadata"] = metadata }));
    }

    private sealed record Watcher(WatchStream Stream, ResourceKind Kind, string? Namespace, Func<JsonObject, bool>? Selects, Func<JsonObject, JsonObject> Form)
    {
        public bool Matches(JsonObject thing) => Selects is null || Selects(thing);

        // An object that starts or stops matching is added or deleted, as far as this watch can see.
        public void Tell(StoreChange change)
        {
            if (change.Kind != Kind || (Namespace is not null && change.Object.Namespace() != Namespace))
            {
                return;
            }

            var was = change.Before is { } before && Matches(before);
            var is_ = change.After is { } after && Matches(after);
            switch (was, is_)
            {
                case (false, true):
                    Stream.Send(new("ADDED", Form(change.After!)));
                    break;
                case (true, true):
                    Stream.Send(new("MODIFIED", Form(change.After!)));
                    break;
                case (true, false):
                    Stream.Send(new("DELETED", Form(AsOf(change.Before!, change.Revision))));
                    break;
                default:
                    break;
            }
        }

        private static JsonObject AsOf(JsonObject last, long revision)
        {
            var copy = last.Copy();
            copy.Child("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            return copy;
        }
    }

    /// <summary>What a watch is about at most: one object, what is on one node, one namespace, or all of a kind.</summary>
    private readonly record struct Subject(ResourceKind Kind, string By = "", string? Value = null)
    {
        public static Subject Of(RequestTarget target, ApiRequest request)
        {
            var (kind, fields) = (target.Kind!, request.Asks("fieldSelector"));
            return (target.Name ?? Selectors.Demanded(fields, "metadata.name")) is { Length: > 0 } name ? new(kind, "name", name)
                : kind == ResourceKinds.Pods && Selectors.Demanded(fields, "spec.nodeName") is { Length: > 0 } node ? new(kind, "node", node)
                : target.Namespace is { } space ? new(kind, "namespace", space)
                : new(kind);
        }

        public static IEnumerable<Subject> Of(StoreChange change)
        {
            yield return new(change.Kind);
            yield return new(change.Kind, "name", change.Object.Name());
            yield return new(change.Kind, "namespace", change.Object.Namespace());
            if (change.Kind == ResourceKinds.Pods)
            {
                yield return new(change.Kind, "node", change.Before.Text("spec", "nodeName"));
                yield return new(change.Kind, "node", change.After.Text("spec", "nodeName"));
            }
        }
    }

    private sealed record InitialEvents(bool List, long? From, bool Bookmark)
    {
        public static InitialEvents Of(ResourceKind kind, ApiRequest request)
        {
            var version = request.Asks("resourceVersion");
            var from = long.TryParse(version, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : (long?)null;
            if (version is { Length: > 0 } && from is null && version != "0")
            {
                throw ApiRefusal.BadRequest($"Invalid value: \"{version}\": resourceVersion must be a number");
            }

            var asked = request.Asks("sendInitialEvents");
            if (asked is not null && request.Asks("resourceVersionMatch") != "NotOlderThan")
            {
                throw ApiRefusal.Invalid(new("meta.k8s.io", "v1", "listoptions", "ListOptions", false, [], []), "", ("resourceVersionMatch", "FieldValueForbidden", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            }

            return asked switch
            {
                "true" => new(true, null, request.AsksTrue("allowWatchBookmarks")),
                "false" when from is null => new(false, null, false),
                _ => new(from is null, from, false),
            };
        }
    }
}
