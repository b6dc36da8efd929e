using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using DrainerFunction.Runtime.Payloads;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>One line of a watch: <c>{"type":"MODIFIED","object":{…}}</c>.</summary>
internal static class WatchLines
{
    /// <returns>The change, or null for half a line: the stream was cut there.</returns>
    /// <exception cref="ApiServerException">The server reports an error other than 410, or tells of a change that cannot be read.</exception>
    public static WatchEvent<T>? Read<T>(ReadOnlyMemory<byte> line, string clusterName, string question)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        using var json = Parse(line);
        return json?.RootElement is { ValueKind: JsonValueKind.Object } change && change.TryGetProperty("type", out var type) && change.TryGetProperty("object", out var thing)
            ? Read<T>(JsonText.Of(type), thing, clusterName, question)
            : null;
    }

    private static WatchEvent<T>? Read<T>(string? type, JsonElement thing, string clusterName, string question)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        if (type is "ERROR")
        {
            var status = ApiStatus.Read(thing);
            return status.Code is (int)HttpStatusCode.Gone
                ? new WatchEvent<T>.Expired()
                : throw ApiAnswer.Refusal((HttpStatusCode)(status.Code ?? 500), status, clusterName, question);
        }

        var item = Read<T>(thing, clusterName, question);
        var version = item.Metadata?.ResourceVersion ?? "";
        return type switch
        {
            "ADDED" or "MODIFIED" => new WatchEvent<T>.Present(item, version),
            "DELETED" => new WatchEvent<T>.Deleted(item, version),
            "BOOKMARK" => new WatchEvent<T>.Bookmark(version),
            _ => null,
        };
    }

    private static T Read<T>(JsonElement thing, string clusterName, string question)
    {
        try
        {
            return ApiServerJson.Read<T>(JsonMarshal.GetRawUtf8Value(thing));
        }
        catch (JsonException unreadable)
        {
            throw new ApiServerException(ApiServerRefusal.Unreachable, clusterName, $"{question}: a watch event cannot be read: {unreadable.Message}", cause: unreadable);
        }
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
