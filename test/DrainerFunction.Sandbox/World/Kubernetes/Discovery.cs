using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Everything that is no resource: discovery in both forms, version, health, and an OpenAPI that says just enough.</summary>
internal static class Discovery
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static ApiResponse Answer(ApiRequest request, ClusterSettings settings)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var aggregated = request.Accept?.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) is true;
        return parts switch
        {
            ["healthz" or "livez" or "readyz", ..] => new(200, null) { Text = "ok" },
            ["version"] => new(200, Version(settings.Version)),
            ["api"] => Ok(aggregated ? Aggregated(request.Accept!, core: true) : new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() }, aggregated),
            ["apis"] => Ok(aggregated ? Aggregated(request.Accept!, core: false) : GroupList(), aggregated),
            ["api", "v1"] => new(200, ResourceList("", "v1")),
            ["apis", var group] when Groups().FirstOrDefault(one => one.Text("name") == group) is { } found => new(200, found),
            ["apis", var group, var version] when ResourceKinds.All.Any(kind => kind.Group == group && kind.Version == version) => new(200, ResourceList(group, version)),
            ["openapi", "v2"] => new(200, new JsonObject { ["swagger"] = "2.0", ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = settings.Version }, ["paths"] = new JsonObject(), ["definitions"] = new JsonObject() }),
            ["openapi", "v3"] => new(200, OpenApiIndex()),
            ["openapi", "v3", .. var path] => new(200, OpenApi(string.Join('/', path))),
            _ => throw ApiRefusal.NoSuchPath(),
        };
    }

    private static ApiResponse Ok(JsonObject body, bool aggregated) => new(200, body)
    {
        Headers = aggregated ? new Dictionary<string, string> { ["Content-Type"] = $"application/json;g=apidiscovery.k8s.io;v={body.Text("apiVersion")!.Split('/')[1]};as=APIGroupDiscoveryList" } : new(),
    };

    private static JsonObject Version(string version) => new()
    {
        ["major"] = version.TrimStart('v').Split('.')[0],
        ["minor"] = version.Split('.')[1],
        ["gitVersion"] = version,
        ["gitCommit"] = "0000000000000000000000000000000000000000",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-06-01T00:00:00Z",
        ["goVersion"] = "go1.26.0",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };

    private static JsonObject GroupList() => new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups()]) };

    private static IEnumerable<JsonObject> Groups() => ResourceKinds.Groups.Where(group => group.Key.Length > 0).Select(group =>
    {
        JsonObject Of() => new() { ["groupVersion"] = group.First().ApiVersion, ["version"] = group.First().Version };
        return new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group.Key, ["versions"] = new JsonArray(Of()), ["preferredVersion"] = Of() };
    });

    private static JsonObject ResourceList(string group, string version)
    {
        var resources = new JsonArray();
        foreach (var kind in ResourceKinds.All.Where(kind => kind.Group == group && kind.Version == version))
        {
            resources.Add((JsonNode)new JsonObject
            {
                ["name"] = kind.Plural,
                ["singularName"] = kind.Singular,
                ["namespaced"] = kind.Namespaced,
                ["kind"] = kind.Kind,
                ["verbs"] = VerbsOf(kind),
                ["shortNames"] = new JsonArray([.. kind.ShortNames.Select(name => JsonValue.Create(name))]),
            });
            foreach (var subresource in kind.Subresources)
            {
                var (itsGroup, itsVersion, itsKind, verbs) = Subresource(kind, subresource);
                var entry = new JsonObject { ["name"] = $"{kind.Plural}/{subresource}", ["singularName"] = "", ["namespaced"] = kind.Namespaced, ["kind"] = itsKind, ["verbs"] = verbs };
                if (itsGroup != group)
                {
                    (entry["group"], entry["version"]) = (itsGroup, itsVersion);
                }

                resources.Add((JsonNode)entry);
            }
        }

        return new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}", ["resources"] = resources };
    }

    private static (string Group, string Version, string Kind, JsonArray Verbs) Subresource(ResourceKind kind, string subresource) => subresource switch
    {
        "eviction" => ("policy", "v1", "Eviction", new JsonArray("create")),
        "binding" => ("", "v1", "Binding", new JsonArray("create")),
        "scale" => ("autoscaling", "v1", "Scale", new JsonArray("get", "patch", "update")),
        _ => (kind.Group, kind.Version, kind.Kind, new JsonArray("get", "patch", "update")),
    };

    private static JsonArray VerbsOf(ResourceKind kind) => kind.Group == "authorization.k8s.io"
        ? new JsonArray("create")
        : new JsonArray([.. Verbs.Select(verb => JsonValue.Create(verb))]);

    private static JsonObject Aggregated(string accept, bool core)
    {
        var version = accept.Contains("v=v2;", StringComparison.Ordinal) || accept.Contains("v=v2,", StringComparison.Ordinal) ? "v2" : "v2beta1";
        var items = ResourceKinds.Groups.Where(group => group.Key.Length == 0 == core).Select(group => new JsonObject
        {
            ["metadata"] = core ? new JsonObject() : new JsonObject { ["name"] = group.Key },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["version"] = group.First().Version,
                ["freshness"] = "Current",
                ["resources"] = new JsonArray([.. group.Select(AggregatedResource)]),
            }),
        });
        return new() { ["kind"] = "APIGroupDiscoveryList", ["apiVersion"] = $"apidiscovery.k8s.io/{version}", ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. items]) };
    }

    private static JsonObject AggregatedResource(ResourceKind kind) => new()
    {
        ["resource"] = kind.Plural,
        ["responseKind"] = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind },
        ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
        ["singularResource"] = kind.Singular,
        ["verbs"] = VerbsOf(kind),
        ["shortNames"] = new JsonArray([.. kind.ShortNames.Select(name => JsonValue.Create(name))]),
        ["subresources"] = new JsonArray([.. kind.Subresources.Select(subresource =>
        {
            var (group, version, itsKind, verbs) = Subresource(kind, subresource);
            return new JsonObject
            {
                ["subresource"] = subresource,
                ["responseKind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = itsKind },
                ["verbs"] = verbs,
            };
        })]),
    };

    private static JsonObject OpenApiIndex() => new()
    {
        ["paths"] = new JsonObject(ResourceKinds.All.Select(PathOf).Distinct()
            .Select(path => KeyValuePair.Create(path, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash=0" }))),
    };

    // kubectl looks here for one thing: whether PATCH knows fieldValidation, and if so leaves validation to the server.
    private static JsonObject OpenApi(string path) => new()
    {
        ["openapi"] = "3.0.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1" },
        ["paths"] = new JsonObject(ResourceKinds.All.Where(kind => PathOf(kind) == path).Select(kind => KeyValuePair.Create(
            $"/{path}/{(kind.Namespaced ? "namespaces/{namespace}/" : "")}{kind.Plural}/{{name}}",
            (JsonNode?)new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(new JsonObject { ["name"] = "fieldValidation", ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } }),
                    ["x-kubernetes-action"] = "patch",
                    ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind },
                },
            }))),
        ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
    };

    private static string PathOf(ResourceKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";
}
