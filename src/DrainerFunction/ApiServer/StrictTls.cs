using System.Net;
using System.Security.Cryptography.X509Certificates;
using DrainerFunction.Aws;
using DrainerFunction.Runtime;

namespace DrainerFunction.ApiServer;

/// <summary>Connections to one API server: only the cluster's own authority is trusted, and the host's name is checked.</summary>
internal static class StrictTls
{
    public static HttpMessageHandler Connect(EksCluster cluster, TimeProvider time) => new FreezeAwareHttpHandler(() => Sockets(cluster), time);

    private static SocketsHttpHandler Sockets(EksCluster cluster)
    {
        var trusted = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trusted.CustomTrustStore.ImportFromPem(cluster.CertificateAuthority);
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = FreezeAwareHttpHandler.LongestIdle,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        sockets.SslOptions.CertificateChainPolicy = trusted;
        return sockets;
    }
}
