using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>One cluster's API server on a loopback socket: TLS, HTTP/1.1 and HTTP/2, streamed watches.</summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly Func<string, ApiUser?> _authenticate;
    private readonly KubernetesApiOptions _options;
    private LoopbackTls? _host;

    private KubernetesApi(Cluster cluster, Func<string, ApiUser?> authenticate, KubernetesApiOptions options) =>
        (_cluster, _authenticate, _options) = (cluster, authenticate, options);

    /// <summary>As a kubeconfig or DescribeCluster names it: <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address => _host!.Address;

    /// <summary>What lies between the callers and here.</summary>
    public IdleConnections Idle => _host!.Idle;

    /// <summary>The certificate authority as PEM.</summary>
    public string CertificateAuthority => _host!.CertificateAuthority;

    /// <param name="authenticate">Who a bearer token stands for; null is answered 401.</param>
    public static async Task<KubernetesApi> Start(Cluster cluster, Func<string, ApiUser?> authenticate, KubernetesApiOptions options, CancellationToken cancellationToken)
    {
        var api = new KubernetesApi(cluster, authenticate, options);
        api._host = await LoopbackTls.StartAsync(KubernetesApiCertificates.Make(options.Certificate, options.Hosts), options.Port, cluster.World.Time, api.Answer, cancellationToken);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_cluster.World.Gate)
        {
            _cluster.Watches.CloseAll();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private async Task Answer(HttpContext context)
    {
        var aborted = context.RequestAborted;
        ApiResponse? answered = null;
        try
        {
            var (request, bad) = await KubernetesApiRequests.Read(context, Authenticate(context), aborted);
            var target = RequestTarget.Of(request);
            var passing = new ApiRequestContext(request, target, context.Abort);
            await (_options.BeforeRequest?.Invoke(passing) ?? Task.CompletedTask);
            var (response, fault) = bad is null ? await Seated(target, request, aborted) : (Note(target, request, bad), null);
            answered = response;
            await (_options.BeforeAnswer?.Invoke(passing with { Response = response }) ?? Task.CompletedTask);
            await KubernetesApiAnswers.Write(context, response, fault, _cluster, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
            context.Abort();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A hook threw, which stands for a connection that dies here, or the peer closed it first.
            context.Abort();
        }
        finally
        {
            answered?.Watch?.Close();
        }
    }

    // A request takes its seat, is held for as long as its webhooks take, and is then answered at once.
    private async Task<(ApiResponse Response, Fault? Fault)> Seated(RequestTarget target, ApiRequest request, CancellationToken aborted)
    {
        if (TakeSeat(request.User) is { } full)
        {
            return (Note(target, request, full), null);
        }

        try
        {
            if (_cluster.Api.HoldFor(target, request) is var hold && hold > TimeSpan.Zero)
            {
                await Task.Delay(hold, _cluster.World.Time, aborted);
            }

            var (response, fault) = Ask(target, request);
            if (fault is not Fault.Latency slow)
            {
                return (response, fault);
            }

            await Task.Delay(slow.Least + (Draw() * slow.Jitter), _cluster.World.Time, aborted);
            return (_cluster.Api.Handle(request), fault);
        }
        finally
        {
            lock (_cluster.World.Gate)
            {
                _cluster.Api.Seats.Leave(request.User);
            }
        }
    }

    private ApiResponse? TakeSeat(ApiUser user)
    {
        lock (_cluster.World.Gate)
        {
            return _cluster.Api.Seats.Take(user);
        }
    }

    private double Draw()
    {
        lock (_cluster.World.Gate)
        {
            return _cluster.World.Chance.NextDouble();
        }
    }

    private ApiResponse Note(RequestTarget target, ApiRequest request, ApiResponse response)
    {
        lock (_cluster.World.Gate)
        {
            return _cluster.Api.Note(target, request, response);
        }
    }

    // A fault is chosen once for each request, here, before the world sees it.
    private (ApiResponse Response, Fault? Fault) Ask(RequestTarget target, ApiRequest request)
    {
        lock (_cluster.World.Gate)
        {
            return _cluster.Faults.Consult(target, request.User) switch
            {
                null => (_cluster.Api.Handle(request), null),
                Fault.Latency latency => (new(0, null), latency),
                var fault => (_cluster.Api.Note(target, request, _cluster.Api.Spoilt(fault, target, request)), fault),
            };
        }
    }

    // Null is a token that nobody knows; no token at all is the anonymous user.
    private ApiUser? Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.Length == 0 ? ApiUser.Anonymous
            : header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? Impersonated(context, _authenticate(header["Bearer ".Length..].Trim())) : null;
    }

    // kubectl --as and --as-group, for those who may do everything.
    private static ApiUser? Impersonated(HttpContext context, ApiUser? user)
    {
        var headers = context.Request.Headers;
        return headers["Impersonate-User"].ToString() is { Length: > 0 } name && user?.IsIn("system:masters") is true
            ? new(name, [.. headers["Impersonate-Group"].OfType<string>(), "system:authenticated"])
            : user;
    }
}

internal sealed record KubernetesApiOptions
{
    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    public KubernetesApiCertificate Certificate { get; init; } = KubernetesApiCertificate.Right;

    /// <summary>Further names that the certificate is good for.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Awaited before a request reaches the world; when it throws, the request never does.</summary>
    public Func<ApiRequestContext, Task>? BeforeRequest { get; init; }

    /// <summary>Awaited after a request was applied and before its answer is sent; when it throws, the answer is lost.</summary>
    public Func<ApiRequestContext, Task>? BeforeAnswer { get; init; }
}

internal enum KubernetesApiCertificate
{
    Right,

    /// <summary>Of the right authority, but for another host.</summary>
    WrongHost,

    /// <summary>For the right host, but of an authority that nobody was told of.</summary>
    ForeignAuthority,
}

/// <summary>A request as a hook sees it; its <see cref="Request"/> is the same object before and after. <see cref="Abort"/> closes the connection.</summary>
internal sealed record ApiRequestContext(ApiRequest Request, RequestTarget Target, Action Abort)
{
    /// <summary>Null before the request was applied.</summary>
    public ApiResponse? Response { get; init; }
}
