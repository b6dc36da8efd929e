using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A request that is answered with a failure Status; worded as apimachinery's errors package words it.</summary>
internal sealed class ApiRefusal(ApiResponse response) : Exception(response.Text ?? response.Body.Text("message"))
{
    public ApiResponse Response => response;

    public static ApiRefusal Of(int code, string reason, string message, JsonObject? details = null, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
        {
            (details ??= [])["retryAfterSeconds"] = (long)wait.TotalSeconds;
        }

        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
        };
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        if (details is not null)
        {
            status["details"] = details;
        }

        status["code"] = code;
        var headers = retryAfter is { } after
            ? new Dictionary<string, string> { ["Retry-After"] = ((long)after.TotalSeconds).ToString(CultureInfo.InvariantCulture) }
            : [];
        return new(new(code, status) { Headers = headers });
    }

    public static ApiRefusal NotFound(ResourceKind kind, string name) =>
        Of(404, "NotFound", $"{kind.QualifiedResource} \"{name}\" not found", Details(kind, name));

    public static ApiRefusal AlreadyExists(ResourceKind kind, string name) =>
        Of(409, "AlreadyExists", $"{kind.QualifiedResource} \"{name}\" already exists", Details(kind, name));

    public static ApiRefusal Conflict(ResourceKind kind, string name, string why) =>
        Of(409, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedResource} \"{name}\": {why}", Details(kind, name));

    public static ApiRefusal Modified(ResourceKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>What rest.BeforeDelete answers; it names the kind where other conflicts name the resource.</summary>
    public static ApiRefusal Precondition(ResourceKind kind, string name, string what, string wanted, string is_, string mayHaveBeen) =>
        Of(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {kind.QualifiedKind} \"{name}\": the {what} in the precondition ({wanted}) does not match the {what} in record ({is_}). The object might have been {mayHaveBeen}",
            Details(kind.Group, kind.Kind, name));

    public static ApiRefusal Forbidden(ResourceKind kind, string? name, string why, JsonArray? causes = null)
    {
        var details = Details(kind.Group, kind.Plural, name);
        if (causes is not null)
        {
            details["causes"] = causes;
        }

        return Of(403, "Forbidden", name is null ? $"{kind.QualifiedResource} is forbidden: {why}" : $"{kind.QualifiedResource} \"{name}\" is forbidden: {why}", details);
    }

    public static ApiRefusal Invalid(ResourceKind kind, string name, params (string Field, string Reason, string Message)[] errors)
    {
        var said = errors.Select(error => $"{error.Field}: {error.Message}").ToArray();
        var details = Details(kind.Group, kind.Kind, name);
        details["causes"] = new JsonArray([.. errors.Select(error => new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field })]);
        return Of(422, "Invalid", $"{kind.QualifiedKind} \"{name}\" is invalid: {(said.Length == 1 ? said[0] : $"[{string.Join(", ", said)}]")}", details);
    }

    public static ApiRefusal BadRequest(string message) => Of(400, "BadRequest", message);

    public static ApiRefusal Unauthorized() => Of(401, "Unauthorized", "Unauthorized");

    public static ApiRefusal MethodNotAllowed() =>
        Of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiRefusal UnsupportedMediaType(params string[] supported) =>
        Of(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", supported)}", []);

    public static ApiRefusal Expired(string message) => Of(410, "Expired", message);

    /// <summary>A path that nothing serves: the generic server's mux answers in plain text.</summary>
    public static ApiRefusal NoSuchPath() => new(new(404, null) { Text = "404 page not found\n" });

    /// <summary>What the priority and fairness filter says when its queues are full.</summary>
    public static ApiResponse QueuesAreFull(TimeSpan? retryAfter) => new(429, null)
    {
        Text = "Too many requests, please try again later.\n",
        Headers = retryAfter is { } wait
            ? new Dictionary<string, string> { ["Retry-After"] = ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) }
            : [],
    };

    private static JsonObject Details(ResourceKind kind, string name) => Details(kind.Group, kind.Plural, name);

    private static JsonObject Details(string group, string kind, string? name)
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(name))
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        return details;
    }
}
