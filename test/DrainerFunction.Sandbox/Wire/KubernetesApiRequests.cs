using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Wire.Protobuf;
using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>From an HTTP request to the transport-free form.</summary>
internal static class KubernetesApiRequests
{
    /// <summary>The request, and the answer already if it is unreadable or of nobody.</summary>
    public static async Task<(ApiRequest Request, ApiResponse? Bad)> Read(HttpContext context, ApiUser? user, CancellationToken cancellationToken)
    {
        var http = context.Request;
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, cancellationToken);
        var request = new ApiRequest(
            http.Method,
            http.Path.Value ?? "/",
            http.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
            http.ContentType,
            null,
            user ?? ApiUser.Anonymous,
            http.Headers.Accept.ToString())
        { FaultsWereConsulted = true };
        if (user is null)
        {
            return (request, ApiRefusal.Unauthorized().Response);
        }

        try
        {
            return (request with { Body = Parse(body.ToArray(), http.ContentType) }, null);
        }
        catch (ApiRefusal refusal)
        {
            return (request, refusal.Response);
        }
    }

    private static JsonNode? Parse(byte[] body, string? contentType)
    {
        if (KubernetesProtobuf.IsSaidBy(contentType))
        {
            return body.Length == 0 ? null : ParseProtobuf(body);
        }

        var text = Encoding.UTF8.GetString(body);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            return contentType?.Contains("yaml", StringComparison.Ordinal) is true && !text.TrimStart().StartsWith('{')
                ? YamlDocuments.Read(text).FirstOrDefault()
                : JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw ApiRefusal.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            throw ApiRefusal.BadRequest($"error decoding YAML: {e.Message}");
        }
    }

    private static JsonObject ParseProtobuf(byte[] body)
    {
        try
        {
            return KubernetesProtobuf.Read(body);
        }
        catch (FormatException e)
        {
            throw ApiRefusal.BadRequest($"unable to decode protobuf: {e.Message}");
        }
    }
}
