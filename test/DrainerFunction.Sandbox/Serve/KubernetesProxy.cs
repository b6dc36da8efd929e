using System.Text.Json;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>
/// Stands in front of a real cluster as EKS would: asks whose token it is, lets the function do what deploy/rbac.yaml allows,
/// and passes on what is left with the kubeconfig's rights. Nodes that are not EC2's get a provider id on the way.
/// </summary>
internal sealed class KubernetesProxy : IAsyncDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Connection", "Transfer-Encoding", "Content-Length", "Accept-Encoding", "Keep-Alive", "Upgrade", "Proxy-Authorization", "TE", "Trailer",
    };

    private readonly UpstreamCluster _upstream;
    private readonly Cluster _standIn;
    private readonly Func<string, ApiUser?> _authenticate;
    private LoopbackTls? _host;

    private KubernetesProxy(UpstreamCluster upstream, Cluster standIn, Func<string, ApiUser?> authenticate) =>
        (_upstream, _standIn, _authenticate) = (upstream, standIn, authenticate);

    public Uri Address => _host!.Address;

    /// <summary>PEM.</summary>
    public string CertificateAuthority => _host!.CertificateAuthority;

    /// <param name="standIn">The simulated cluster of the same name: its roles and bindings decide what the function may do.</param>
    public static async Task<KubernetesProxy> StartAsync(UpstreamCluster upstream, Cluster standIn, Func<string, ApiUser?> authenticate, CancellationToken cancellationToken)
    {
        var proxy = new KubernetesProxy(upstream, standIn, authenticate);
        proxy._host = await LoopbackTls.StartAsync(KubernetesApiCertificates.Make(KubernetesApiCertificate.Right, []), 0, standIn.World.Time, proxy.AnswerAsync, cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (Refusal(context) is { } refused)
            {
                await WriteAsync(context, refused);
                return;
            }

            await PassOnAsync(context, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
            context.Abort();
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // The connection to the cluster broke: so does the client's.
            Record("unreachable", $"{_upstream.Server}: {broken.GetBaseException().Message}");
            context.Abort();
        }
    }

    private ApiResponse? Refusal(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : "";
        if (_authenticate(token) is not { } user)
        {
            return ApiRefusal.Unauthorized().Response;
        }

        var query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        var target = RequestTarget.Of(new(context.Request.Method, context.Request.Path.Value ?? "/", query, null, null, user, null));
        try
        {
            lock (_standIn.World.Gate)
            {
                _standIn.Authorizer.Demand(target, user);
            }
        }
        catch (ApiRefusal refusal)
        {
            return refusal.Response;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            Record("passed-on", $"{context.Request.Method} {context.Request.Path} of {user.Name} is passed on");
        }

        return null;
    }

    private async Task PassOnAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new(context.Request.Method), _upstream.Address(context.Request.Path.ToUriComponent() + context.Request.QueryString));
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0 || (HttpProtocol.IsHttp2(context.Request.Protocol) && context.Request.ContentType is not null))
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !NotPassedOn.Contains(header.Key) && !header.Key.StartsWith(':')))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var response = await _upstream.SendAsync(request, cancellationToken);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !NotPassedOn.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (IsOfNodes(context) && response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            var node = await JsonNode.ParseAsync(body, cancellationToken: cancellationToken);
            Complete(node);
            await context.Response.WriteAsync(node?.ToJsonString() ?? "", cancellationToken);
            return;
        }

        await CopyAsync(body, context.Response, cancellationToken);
    }

    /// <summary>Each piece is flushed as it comes: a watch is a body that never ends.</summary>
    private static async Task CopyAsync(Stream body, HttpResponse response, CancellationToken cancellationToken)
    {
        await response.Body.FlushAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    private static bool IsOfNodes(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api/v1/nodes", StringComparison.Ordinal) && context.Request.Query["watch"].ToString() is not ("true" or "1");

    private void Complete(JsonNode? answer)
    {
        foreach (var node in (answer?["items"] as JsonArray)?.OfType<JsonObject>() ?? (answer is JsonObject one && one["kind"]?.ToString() == "Node" ? [one] : []))
        {
            if (RealNodes.MissingProviderId(node, _standIn.Settings.Region + "a") is { } providerId)
            {
                ((JsonObject)(node["spec"] ??= new JsonObject()))["providerID"] = providerId;
            }
        }
    }

    private void Record(string what, string text)
    {
        lock (_standIn.World.Gate)
        {
            _standIn.World.Tape.Record("kubernetes", what, _standIn.Settings.Name, text);
        }
    }

    private static async Task WriteAsync(HttpContext context, ApiResponse response)
    {
        context.Response.StatusCode = response.Status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(response.Body), context.RequestAborted);
    }
}
