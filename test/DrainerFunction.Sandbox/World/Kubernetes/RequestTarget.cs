namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>What a request is about, read from its method, path and query as the API server's request resolver does.</summary>
/// <param name="Kind">Null for paths that are no resource: discovery, health, version.</param>
internal sealed record RequestTarget(
    string Path, string Verb, ResourceKind? Kind, string? Namespace, string? Name, string? Subresource)
{
    public string ResourceAndSubresource => Kind is null ? "" : Subresource is null ? Kind.Plural : $"{Kind.Plural}/{Subresource}";

    public static RequestTarget Of(ApiRequest request)
    {
        var other = new RequestTarget(request.Path, request.Method.ToLowerInvariant(), null, null, null, null);
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = parts switch
        {
            ["api", var core, .. var more] => ("", core, more),
            ["apis", var named, var its, .. var more] => (named, its, more),
            _ => ("", "", []),
        };
        var legacyWatch = rest is ["watch", ..];
        rest = legacyWatch ? rest[1..] : rest;
        return rest switch
        {
            ["namespaces", var space, var plural, .. var more] when ResourceKinds.Find(group, version, plural) is { Namespaced: true } kind =>
                Resource(kind, space, more),
            [var plural, .. var more] when ResourceKinds.Find(group, version, plural) is { } kind && (!kind.Namespaced || more.Length == 0) =>
                Resource(kind, null, more),
            _ => other,
        };

        RequestTarget Resource(ResourceKind kind, string? space, string[] more)
        {
            var name = more.ElementAtOrDefault(0) ?? FieldName(request);
            return new(request.Path, VerbOf(request, more.Length > 0, legacyWatch), kind, space, name, more.Length > 1 ? string.Join('/', more[1..]) : null);
        }
    }

    private static string VerbOf(ApiRequest request, bool named, bool legacyWatch) => request.Method switch
    {
        "GET" or "HEAD" when legacyWatch || (!named && request.AsksTrue("watch")) => "watch",
        "GET" or "HEAD" => named ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        _ => request.Method.ToLowerInvariant(),
    };

    // A list or watch of one name counts as a request for that name, so that rules with resourceNames may grant it.
    private static string? FieldName(ApiRequest request) =>
        request.Method is "GET" && request.Asks("fieldSelector") is { } selector && selector.StartsWith("metadata.name=", StringComparison.Ordinal) && !selector.Contains(',')
            ? selector["metadata.name=".Length..].TrimStart('=')
            : null;
}
