using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>One cluster's API server on a loopback socket: TLS, HTTP/1.1 and HTTP/2, streamed watches.</summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    /// <param name="authenticate">Who a bearer token stands for; null is answered 401.</param>
    public static Task<KubernetesApi> Start(Cluster cluster, Func<string, ApiUser?> authenticate, KubernetesApiOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The skeleton has no sockets yet.");

    /// <summary>As a kubeconfig or DescribeCluster names it: <c>https://127.0.0.1:PORT</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The certificate authority as PEM.</summary>
    public required string CertificateAuthority { get; init; }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed record KubernetesApiOptions
{
    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    public KubernetesApiCertificate Certificate { get; init; } = KubernetesApiCertificate.Right;

    /// <summary>Awaited before a request reaches the world.</summary>
    public Func<ApiRequestContext, Task>? BeforeRequest { get; init; }

    /// <summary>Awaited after a request was applied and before its answer is sent.</summary>
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

/// <summary>A request as a hook sees it. <see cref="Abort"/> closes the connection.</summary>
internal sealed record ApiRequestContext(ApiRequest Request, RequestTarget Target, Action Abort)
{
    /// <summary>Null before the request was applied.</summary>
    public ApiResponse? Response { get; init; }
}
