using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The generic registry: what creating, updating and deleting any object does before it is stored. Users reach it through
/// <see cref="ApiServer"/>; the controllers and kubelets of the cluster call it directly and need no leave.
/// </summary>
internal sealed class Registry(SimulatedWorld world, ObjectStore store, Defaults defaults)
{
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <param name="admit">Admission, once it is known what would be stored: no old object, the new one.</param>
    /// <param name="afterwards">Sets what a client cannot: the status of an object that exists already when the story begins.</param>
    public JsonObject Create(ResourceKind kind, string? space, JsonObject body, bool dryRun = false, Action<JsonObject>? afterwards = null, Action<JsonObject?, JsonObject>? admit = null)
    {
        var thing = Typed(kind, body);
        var metadata = thing.Child("metadata");
        if (kind.Namespaced)
        {
            if (thing.Namespace() is { } its && space is not null && its != space)
            {
                throw ApiRefusal.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }

            metadata["namespace"] = space ??= thing.Namespace() ?? "default";
        }

        NameIt(kind, space, thing);
        CheckNamespace(kind, space, thing.Name());
        metadata["uid"] = NewUid();
        metadata["creationTimestamp"] = world.Now.Stamp();
        foreach (var foreign in (string[])["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"])
        {
            metadata.Remove(foreign);
        }

        defaults.Apply(kind, thing);
        ObjectChecks.Check(kind, thing, null);
        if (store.Get(kind, space, thing.Name()) is not null)
        {
            throw ApiRefusal.AlreadyExists(kind, thing.Name());
        }

        admit?.Invoke(null, thing);

        afterwards?.Invoke(thing);
        return dryRun ? thing : store.Put(kind, thing);
    }

    public JsonObject Get(ResourceKind kind, string? space, string name) =>
        store.Get(kind, space, name) ?? throw ApiRefusal.NotFound(kind, name);

    /// <param name="change">Makes the wanted object from a copy of the stored one.</param>
    /// <param name="subresource">status changes nothing but the status; anything else never changes it.</param>
    public JsonObject Update(ResourceKind kind, string? space, string name, Func<JsonObject, JsonObject> change, string? subresource = null, bool dryRun = false, Action<JsonObject?, JsonObject>? admit = null)
    {
        var old = Get(kind, space, name);
        var wanted = change(old.Copy());
        CheckIdentity(kind, old, wanted);
        var next = Merge(kind, old, Typed(kind, wanted), subresource);
        ObjectChecks.Check(kind, next, old);
        admit?.Invoke(old, next);
        if (IsDone(next))
        {
            return dryRun ? next : store.Remove(kind, next);
        }

        next["metadata"]!["resourceVersion"] = old.Text("metadata", "resourceVersion");
        return JsonNode.DeepEquals(old, next) ? old : dryRun ? next : store.Put(kind, next);
    }

    /// <summary>Changes the status from inside; an object that is gone by then is left alone.</summary>
    public void UpdateStatus(ResourceKind kind, JsonObject thing, Action<JsonObject> change)
    {
        if (store.Get(kind, thing.Namespace(), thing.Name()) is { } now && now.Uid() == thing.Uid())
        {
            var next = now.Copy();
            change(next);
            if (!JsonNode.DeepEquals(now, next))
            {
                store.Put(kind, next);
            }
        }
    }

    /// <summary>As rest.BeforeDelete and the store's Delete do: preconditions, grace of pods, finalizers.</summary>
    public (JsonObject Thing, bool IsGone) Delete(ResourceKind kind, string? space, string name, DeleteOptions options)
    {
        var old = Get(kind, space, name);
        options.CheckPreconditions(kind, old);
        var next = old.Copy();
        if (Deletion.Mark(kind, next, options, world.Now))
        {
            return (options.DryRun || JsonNode.DeepEquals(old, next) ? next : store.Put(kind, next), false);
        }

        return (options.DryRun ? next : store.Remove(kind, next), true);
    }

    private static bool IsDone(JsonObject thing) =>
        thing.Time("metadata", "deletionTimestamp") is not null
        && (thing.Number("metadata", "deletionGracePeriodSeconds") ?? 0) == 0
        && !thing.Texts("metadata", "finalizers").Any()
        && thing.Text("kind") != "Namespace";

    private static JsonObject Merge(ResourceKind kind, JsonObject old, JsonObject wanted, string? subresource)
    {
        var next = wanted;
        if (subresource == "status")
        {
            next = old.Copy();
            next["status"] = wanted["status"]?.DeepClone();
            next["metadata"] = wanted["metadata"]?.DeepClone();
        }
        else if (kind.HasStatus && subresource != "finalize")
        {
            next.Remove("status");
            if (old["status"] is { } status)
            {
                next["status"] = status.DeepClone();
            }
        }

        var metadata = next.Child("metadata");
        foreach (var kept in (string[])["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"])
        {
            metadata.Remove(kept);
            if (old.At("metadata", kept) is { } value)
            {
                metadata[kept] = value.DeepClone();
            }
        }

        if (old.Number("metadata", "generation") is { } generation && !JsonNode.DeepEquals(old["spec"], next["spec"]))
        {
            metadata["generation"] = generation + 1;
        }

        return next;
    }

    private static void CheckIdentity(ResourceKind kind, JsonObject old, JsonObject wanted)
    {
        if (wanted.Name() != old.Name())
        {
            throw ApiRefusal.BadRequest($"the name of the object ({wanted.Name()}) does not match the name on the URL ({old.Name()})");
        }

        if (wanted.Text("metadata", "uid") is { Length: > 0 } uid && uid != old.Uid())
        {
            throw ApiRefusal.Conflict(kind, old.Name(), $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid()}");
        }

        if (wanted.Text("metadata", "resourceVersion") is { Length: > 0 } version && version != old.Text("metadata", "resourceVersion"))
        {
            throw ApiRefusal.Modified(kind, old.Name());
        }
    }

    private static JsonObject Typed(ResourceKind kind, JsonObject body)
    {
        if ((body.Text("apiVersion") ?? kind.ApiVersion) != kind.ApiVersion)
        {
            throw ApiRefusal.BadRequest($"the API version in the data ({body.Text("apiVersion")}) does not match the expected API version ({kind.ApiVersion})");
        }

        if ((body.Text("kind") ?? kind.Kind) != kind.Kind)
        {
            throw ApiRefusal.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {body.Text("kind")}: converting ({kind.Kind}) to ({body.Text("kind")}): unknown conversion");
        }

        var thing = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion, ["metadata"] = body["metadata"]?.DeepClone() ?? new JsonObject() };
        foreach (var (name, value) in body)
        {
            if (name is not ("kind" or "apiVersion" or "metadata") && value is not null)
            {
                thing[name] = value.DeepClone();
            }
        }

        return thing;
    }

    private void NameIt(ResourceKind kind, string? space, JsonObject thing)
    {
        if (thing.Name().Length == 0 && thing.Text("metadata", "generateName") is { Length: > 0 } prefix)
        {
            do
            {
                thing.Child("metadata")["name"] = prefix + string.Concat(Enumerable.Range(0, 5).Select(_ => NameLetters[world.Chance.Next(NameLetters.Length)]));
            }
            while (store.Get(kind, space, thing.Name()) is not null);
        }
        else if (thing.Name().Length == 0)
        {
            throw ApiRefusal.Invalid(kind, "", ("metadata.name", "FieldValueRequired", "Required value: name or generateName is required"));
        }
    }

    private void CheckNamespace(ResourceKind kind, string? space, string name)
    {
        if (!kind.Namespaced)
        {
            return;
        }

        var home = store.Get(ResourceKinds.Namespaces, null, space!) ?? throw ApiRefusal.NotFound(ResourceKinds.Namespaces, space!);
        RefuseIfTerminating(kind, home, name);
    }

    /// <summary>What the NamespaceLifecycle admission plugin says, to evictions too.</summary>
    public static void RefuseIfTerminating(ResourceKind kind, JsonObject home, string name)
    {
        if (home.Time("metadata", "deletionTimestamp") is not null)
        {
            throw ApiRefusal.Forbidden(
                kind,
                name,
                $"unable to create new content in namespace {home.Name()} because it is being terminated",
                [new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {home.Name()} is being terminated", ["field"] = "metadata.namespace" }]);
        }
    }

    private string NewUid()
    {
        var bytes = new byte[16];
        world.Chance.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
