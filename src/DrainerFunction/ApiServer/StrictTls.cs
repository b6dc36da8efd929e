using System.Net;
using System.Security.Cryptography.X509Certificates;
using DrainerFunction.Aws;
using DrainerFunction.Runtime;

namespace DrainerFunction.ApiServer;

/// <summary>Connections to one API server: only the cluster's own authority is trusted, and the host's name is checked.</summary>
internal static class StrictTls
{
    // Of each answer as much may lie unread in memory.
    private const int StreamWindow = 512 * 1024;

    public static HttpMessageHandler Connect(EksCluster cluster, TimeProvider time) => new FreezeAwareHttpHandler(() => Sockets(cluster), time);

    private static SocketsHttpHandler Sockets(EksCluster cluster)
    {
        // What stands in a certificate is the peer's word, an address to fetch another one from too, and until the chain is built the peer is a stranger.
        var trusted = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        trusted.CustomTrustStore.ImportFromPem(cluster.CertificateAuthority);
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = FreezeAwareHttpHandler.LongestIdle,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindow,
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
