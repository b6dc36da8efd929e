using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>From a request for a resource to the registry and back: which verb, which subresource, in which form.</summary>
internal sealed class ResourceRequests(Cluster cluster)
{
    public ApiResponse Answer(RequestTarget target, ApiRequest request)
    {
        if (target.Kind!.Group == "authorization.k8s.io")
        {
            return Review(target, request);
        }

        if (target.Subresource is { } subresource && (!target.Kind.Has(subresource) || target.Name is null))
        {
            throw ApiRefusal.NoSuchPath();
        }

        if (target.Kind == ResourceKinds.NewEvents)
        {
            return Forms(target with { Kind = ResourceKinds.Events }, request with { Body = request.Body is JsonObject body && request.Method != "DELETE" ? EventForms.ToCore(body) : request.Body }, EventForms.ToNew);
        }

        return Forms(target, request, null);
    }

    private ApiResponse Forms(RequestTarget target, ApiRequest request, Func<JsonObject, JsonObject>? form)
    {
        var table = Tables.IsWanted(request.Accept);
        if (target.Verb == "watch")
        {
            var tables = table ? new Tables(target.Kind!, cluster.World.Now, isWatch: true) : null;
            return new(200, null)
            {
                Watch = cluster.Watches.Start(target, request, thing => tables is null ? form?.Invoke(thing) ?? thing : tables.Of([thing], thing.Text("metadata", "resourceVersion"))),
            };
        }

        var response = Dispatch(target, request);
        if (response.Body is not JsonObject body || body.Text("kind") == "Status")
        {
            return response;
        }

        return body["items"] is JsonArray items
            ? response with { Body = table ? new Tables(target.Kind!, cluster.World.Now).OfList(body) : form is null ? body : FormList(body, items, form) }
            : response with { Body = table && target.Verb == "get" ? new Tables(target.Kind!, cluster.World.Now).Of([body], body.Text("metadata", "resourceVersion")) : (form?.Invoke(body) ?? body).DeepClone() };
    }

    private ApiResponse Dispatch(RequestTarget target, ApiRequest request) => (target.Verb, target.Subresource) switch
    {
        ("create", "eviction") => cluster.Evictions.Create(target, request),
        ("create", "binding") => Bind(target, request),
        ("get" or "update" or "patch", "scale") => Scale(target, request),
        ("create", null) when target.Name is null => new(201, cluster.Registry.Create(target.Kind!, target.Namespace, Map(request), IsDryRun(request), admit: Admission(target, request))),
        ("list", null) => new(200, cluster.Lists.List(target, request)),
        ("get", null or "status") => new(200, cluster.Registry.Get(target.Kind!, target.Namespace, target.Name!)),
        ("update", _) => new(200, Update(target, request, _ => Map(request))),
        ("patch", _) => Patch(target, request),
        ("delete", null) => Delete(target, request),
        ("deletecollection", null) => DeleteAll(target, request),
        _ => throw ApiRefusal.MethodNotAllowed(),
    };

    private ApiResponse Patch(RequestTarget target, ApiRequest request)
    {
        var isApply = request.ContentType?.StartsWith("application/apply-patch", StringComparison.Ordinal) is true;
        if (isApply && cluster.Store.Get(target.Kind!, target.Namespace, target.Name!) is null)
        {
            return new(201, cluster.Registry.Create(target.Kind!, target.Namespace, Map(request), IsDryRun(request), admit: Admission(target, request)));
        }

        return new(200, Update(target, request, old => Patches.Apply(old, request.Body, request.ContentType)));
    }

    private JsonObject Update(RequestTarget target, ApiRequest request, Func<JsonObject, JsonObject> change) =>
        cluster.Registry.Update(target.Kind!, target.Namespace, target.Name!, change, target.Subresource, IsDryRun(request), Admission(target, request));

    private Action<JsonObject?, JsonObject>? Admission(RequestTarget target, ApiRequest request) =>
        target.Kind == ResourceKinds.Nodes ? (old, next) =>
        {
            cluster.Api.Webhooks.Change(target, request, next);
            if (old?.At("spec", "unschedulable") is null && request.Body.At("spec", "unschedulable") is not null && next.At("spec", "unschedulable") is null)
            {
                cluster.Objections.CordonWasRefused(next.Name());
            }

            NodeRestriction.Demand(request.User, old, next);
            cluster.Policies.Demand(request.User, old, next);
        }
    : null;

    private ApiResponse Delete(RequestTarget target, ApiRequest request)
    {
        var options = DeleteOptions.Of(request.Body, request);
        var before = cluster.Store.Get(target.Kind!, target.Namespace, target.Name!);
        if (before is not null && target.Kind == ResourceKinds.Pods && !options.DryRun)
        {
            options.CheckPreconditions(target.Kind, before);
            cluster.Objections.PodWasDeleted(before, request.User);
        }

        var (thing, isGone) = cluster.Registry.Delete(target.Kind!, target.Namespace, target.Name!, options);
        return new(200, isGone && target.Kind!.Kind is not ("Pod" or "PersistentVolume" or "PersistentVolumeClaim")
            ? new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["details"] = new JsonObject { ["name"] = thing.Name(), ["group"] = target.Kind.Group, ["kind"] = target.Kind.Plural, ["uid"] = thing.Uid() },
            }
            : thing);
    }

    private ApiResponse DeleteAll(RequestTarget target, ApiRequest request)
    {
        var options = DeleteOptions.Of(request.Body, request);
        var list = cluster.Lists.List(target, request);
        foreach (var thing in list.Items("items"))
        {
            if (target.Kind == ResourceKinds.Pods && !options.DryRun)
            {
                cluster.Objections.PodWasDeleted(thing, request.User);
            }

            cluster.Registry.Delete(target.Kind!, thing.Namespace(), thing.Name(), options);
        }

        return new(200, list);
    }

    private ApiResponse Bind(RequestTarget target, ApiRequest request)
    {
        var node = request.Body.Text("target", "name") ?? throw ApiRefusal.BadRequest("a binding needs the name of its target");
        cluster.Scheduler.Bind(target.Namespace!, target.Name!, node);
        return new(201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    private ApiResponse Scale(RequestTarget target, ApiRequest request)
    {
        var thing = cluster.Registry.Get(target.Kind!, target.Namespace, target.Name!);
        var scale = ScaleOf(thing);
        if (target.Verb != "get")
        {
            var wanted = target.Verb == "update" ? Map(request) : Patches.Apply(scale, request.Body, request.ContentType);
            thing = cluster.Registry.Update(
                target.Kind!,
                target.Namespace,
                target.Name!,
                old =>
                {
                    old.Child("spec")["replicas"] = wanted.Number("spec", "replicas") ?? 0;
                    return old;
                },
                dryRun: IsDryRun(request));
        }

        return new(200, ScaleOf(thing));
    }

    private static JsonObject ScaleOf(JsonObject thing) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = thing.Name(),
            ["namespace"] = thing.Namespace(),
            ["uid"] = thing.Uid(),
            ["resourceVersion"] = thing.Text("metadata", "resourceVersion"),
            ["creationTimestamp"] = thing.Text("metadata", "creationTimestamp"),
        },
        ["spec"] = new JsonObject { ["replicas"] = thing.Number("spec", "replicas") ?? 0 },
        ["status"] = new JsonObject
        {
            ["replicas"] = thing.Number("status", "replicas") ?? 0,
            ["selector"] = string.Join(',', (thing.At("spec", "selector", "matchLabels") as JsonObject ?? []).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}"))),
        },
    };

    private ApiResponse Review(RequestTarget target, ApiRequest request)
    {
        var reviews = new AccessReviews(cluster.Authorizer);
        return target.Verb != "create" ? throw ApiRefusal.MethodNotAllowed()
            : new(201, target.Kind == ResourceKinds.AccessReviews ? reviews.Review(request) : reviews.Rules(request));
    }

    private static JsonObject FormList(JsonObject body, JsonArray items, Func<JsonObject, JsonObject> form)
    {
        var formed = new JsonArray([.. items.OfType<JsonObject>().Select(item => form(item).DeepClone())]);
        body["items"] = formed;
        if (body.Text("kind") == "EventList" && formed.Count > 0 && formed[0]!["regarding"] is not null)
        {
            body["apiVersion"] = "events.k8s.io/v1";
        }

        return body;
    }

    private static bool IsDryRun(ApiRequest request) => request.Asks("dryRun") switch
    {
        null or "" => false,
        "All" => true,
        var other => throw ApiRefusal.BadRequest($"dryRun: Unsupported value: \"{other}\": supported values: \"All\""),
    };

    private static JsonObject Map(ApiRequest request) =>
        request.Body as JsonObject ?? throw ApiRefusal.BadRequest("the object provided is unrecognized (must be of type JSON object)");
}
