using System.Net;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>One line of a watch: <c>{"type":"MODIFIED","object":{…}}</c>.</summary>
internal static class WatchLines
{
    /// <returns>The change, or null for half a line: the stream was cut there.</returns>
    /// <exception cref="ApiServerException">The server reports an error other than 410.</exception>
    public static Watched<T>? Read<T>(string line, string clusterName, string question)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("type", out var type) && json.RootElement.TryGetProperty("object", out var thing)
                ? Read<T>(type.GetString(), thing, clusterName, question)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Watched<T>? Read<T>(string? type, JsonElement thing, string clusterName, string question)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        if (type is "ERROR")
        {
            var status = ApiStatus.Read(thing);
            return status.Code is (int)HttpStatusCode.Gone
                ? new Watched<T>.Expired()
                : throw ApiAnswer.Refusal((HttpStatusCode)(status.Code ?? 500), status, clusterName, question);
        }

        var item = ApiServerJson.Read<T>(thing);
        var version = item.Metadata?.ResourceVersion ?? "";
        return type switch
        {
            "ADDED" or "MODIFIED" => new Watched<T>.Present(item, version),
            "DELETED" => new Watched<T>.Deleted(item, version),
            "BOOKMARK" => new Watched<T>.Bookmark(version),
            _ => null,
        };
    }
}
