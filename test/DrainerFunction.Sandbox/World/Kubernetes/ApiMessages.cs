using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Who asks, as authentication found out.</summary>
internal sealed record ApiUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>May do everything.</summary>
    public static ApiUser Admin { get; } = new("kubernetes-admin", ["system:masters", "system:authenticated"]);

    /// <summary>The kubelet of a node, as its certificate says.</summary>
    public static ApiUser Kubelet(string node) => new($"system:node:{node}", ["system:nodes", "system:authenticated"]);

    public static ApiUser ServiceAccount(string space, string name) => new($"system:serviceaccount:{space}:{name}", ["system:serviceaccounts", "system:authenticated"]);

    /// <summary>Sent no credentials at all.</summary>
    public static ApiUser Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    public bool IsIn(string group) => Groups.Contains(group, StringComparer.Ordinal);
}

/// <summary>One request to an API server, without its transport.</summary>
/// <param name="Path">Without the query, already unescaped.</param>
/// <param name="Body">A JSON document; for a JSON patch an array.</param>
internal sealed record ApiRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    string? ContentType,
    JsonNode? Body,
    ApiUser User,
    string? Accept)
{
    /// <summary>A request that was read off a socket has had its fault chosen there already; see <see cref="ClusterFaults"/>.</summary>
    public bool FaultsWereConsulted { get; init; }

    public string? Asks(string parameter) => Query.TryGetValue(parameter, out var value) ? value : null;

    public bool AsksTrue(string parameter) => Asks(parameter) is "true" or "1";

    /// <summary>A request of an in-process caller: <paramref name="pathAndQuery"/> as it would stand in a URL, JSON both ways.</summary>
    public static ApiRequest To(string method, string pathAndQuery, ApiUser user, JsonNode? body = null, string? contentType = "application/json")
    {
        var parts = pathAndQuery.Split('?', 2);
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parts.Length > 1 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            var assignment = pair.Split('=', 2);
            query[Uri.UnescapeDataString(assignment[0])] = assignment.Length > 1 ? Uri.UnescapeDataString(assignment[1].Replace('+', ' ')) : "";
        }

        return new(method, Uri.UnescapeDataString(parts[0]), query, contentType, body, user, "application/json");
    }
}

/// <summary>The answer. Exactly one of <see cref="Body"/>, <see cref="Text"/> and <see cref="Watch"/> is there, unless the connection was lost.</summary>
internal sealed record ApiResponse(int Status, JsonNode? Body)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The events that follow a 200; the reader closes it.</summary>
    public WatchStream? Watch { get; init; }

    /// <summary>An answer that is not JSON: "ok", "404 page not found", what priority and fairness says.</summary>
    public string? Text { get; init; }

    /// <summary>A fault took the connection away: the caller sees no answer at all, whether or not the request was applied.</summary>
    public bool ConnectionWasLost { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>One line of the log of an API server.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in small letters.</param>
/// <param name="Resource">With its subresource: <c>pods/eviction</c>; the empty string for paths that are no resource.</param>
internal sealed record ApiLogEntry(
    DateTimeOffset At, string Method, string Path, string Verb, string Resource, string? Namespace, string? Name, ApiUser User, int Status);
