using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>What a client may ask about its own rights: <c>kubectl auth can-i</c> lives on it.</summary>
internal sealed class AccessReviews(Authorizer authorizer)
{
    public JsonObject Review(ApiRequest request)
    {
        var review = Echo(request, ResourceKinds.AccessReviews);
        var asked = review.At("spec", "resourceAttributes");
        var resource = asked.Text("resource") ?? "";
        var allowed = asked is not null
            ? authorizer.Allows(
                request.User,
                asked.Text("verb") ?? "",
                asked.Text("group") ?? "",
                asked.Text("subresource") is { Length: > 0 } subresource ? $"{resource}/{subresource}" : resource,
                asked.Text("namespace") is { Length: > 0 } space ? space : null,
                asked.Text("name") is { Length: > 0 } name ? name : null)
            : request.User.IsIn("system:masters");
        review["status"] = new JsonObject { ["allowed"] = allowed };
        return review;
    }

    public JsonObject Rules(ApiRequest request)
    {
        var review = Echo(request, ResourceKinds.RulesReviews);
        JsonObject[] rules = request.User.IsIn("system:masters")
            ? [new() { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }]
            : [.. authorizer.RulesFor(request.User, review.Text("spec", "namespace")).Select(rule => rule.Copy())];
        review["status"] = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(rule => rule["resources"] is not null)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => rule["nonResourceURLs"] is not null)]),
            ["incomplete"] = false,
        };
        return review;
    }

    private static JsonObject Echo(ApiRequest request, ResourceKind kind)
    {
        var review = (request.Body as JsonObject)?.Copy() ?? [];
        review["kind"] = kind.Kind;
        review["apiVersion"] = kind.ApiVersion;
        return review;
    }
}
