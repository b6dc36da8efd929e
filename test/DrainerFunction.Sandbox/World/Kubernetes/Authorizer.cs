using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>RBAC over the roles and bindings in the store, and the few grants that every cluster has.</summary>
internal sealed class Authorizer(ObjectStore store)
{
    // system:public-info-viewer, and system:discovery for whoever is authenticated.
    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
    private static readonly string[] DiscoveryPaths = ["/api", "/apis", "/openapi", "/openapi/v2", "/openapi/v3"];

    public void Demand(RequestTarget target, ApiUser user)
    {
        if (target.Kind is { } kind)
        {
            if (!Allows(user, target.Verb, kind.Group, target.ResourceAndSubresource, target.Namespace, target.Name))
            {
                var where = target.Namespace is { } space ? $"in the namespace \"{space}\"" : "at the cluster scope";
                throw ApiRefusal.Forbidden(
                    kind,
                    target.Name,
                    $"User \"{user.Name}\" cannot {target.Verb} resource \"{target.ResourceAndSubresource}\" in API group \"{kind.Group}\" {where}");
            }
        }
        else if (!AllowsPath(user, target.Verb, target.Path))
        {
            throw ApiRefusal.Of(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {target.Verb} path \"{target.Path}\"", []);
        }
    }

    public bool Allows(ApiUser user, string verb, string group, string resource, string? space, string? name) =>
        user.IsIn("system:masters")
        || (user.IsIn("system:authenticated") && verb == "create" && group == "authorization.k8s.io")
        || (user.IsIn("system:nodes") && group == "" && NodeVerbs(resource).Contains(verb))
        || RulesFor(user, space).Any(rule => Covers(rule, verb, group, resource, name));

    public IEnumerable<JsonObject> RulesFor(ApiUser user, string? space) =>
        Bound(ResourceKinds.ClusterRoleBindings, null, user).Concat(space is null ? [] : Bound(ResourceKinds.RoleBindings, space, user));

    // The part of the node authorizer that concerns nodes; which of them is for NodeRestriction to say.
    private static string[] NodeVerbs(string resource) => resource switch
    {
        "nodes" => ["get", "list", "watch", "create", "update", "patch"],
        "nodes/status" => ["update", "patch"],
        _ => [],
    };

    private bool AllowsPath(ApiUser user, string verb, string path) =>
        user.IsIn("system:masters")
        || PublicPaths.Contains(path) || path.StartsWith("/livez/", StringComparison.Ordinal) || path.StartsWith("/readyz/", StringComparison.Ordinal)
        || (user.IsIn("system:authenticated") && DiscoveryPaths.Any(one => path == one || path.StartsWith(one + "/", StringComparison.Ordinal)))
        || RulesFor(user, null).Any(rule => Has(rule, "verbs", verb) && rule.Texts("nonResourceURLs").Any(url => url == path || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal))));

    private IEnumerable<JsonObject> Bound(ResourceKind bindings, string? space, ApiUser user) =>
        from binding in store.List(bindings, space)
        where binding.Items("subjects").Any(subject => IsSubject(subject, user))
        let role = binding.Text("roleRef", "kind") == "Role"
            ? store.Get(ResourceKinds.Roles, space, binding.Text("roleRef", "name") ?? "")
            : store.Get(ResourceKinds.ClusterRoles, null, binding.Text("roleRef", "name") ?? "")
        from rule in role.Items("rules")
        select rule;

    private static bool IsSubject(JsonObject subject, ApiUser user) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Name,
        "Group" => user.IsIn(subject.Text("name") ?? ""),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.Text("namespace")}:{subject.Text("name")}",
        _ => false,
    };

    private static bool Covers(JsonObject rule, string verb, string group, string resource, string? name)
    {
        var names = rule.Texts("resourceNames").ToArray();
        return Has(rule, "verbs", verb)
            && Has(rule, "apiGroups", group)
            && (Has(rule, "resources", resource) || (resource.Split('/') is [_, var subresource] && rule.Texts("resources").Contains($"*/{subresource}")))
            && (names.Length == 0 || names.Contains(name));
    }

    private static bool Has(JsonObject rule, string list, string value) => rule.Texts(list).Any(one => one == "*" || one == value);
}
