using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>A real cluster, spoken to with the rights of a kubeconfig.</summary>
internal sealed class UpstreamCluster : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    private readonly KubeconfigFile _kubeconfig;
    private readonly HttpMessageInvoker _http;
    private (string Token, DateTimeOffset? Expires)? _printed;

    public UpstreamCluster(KubeconfigFile kubeconfig)
    {
        _kubeconfig = kubeconfig;
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, SslOptions = Tls(kubeconfig) });
    }

    public string Name => _kubeconfig.ContextName;

    public Uri Server => _kubeconfig.Server;

    /// <summary>The answer's headers are there, its body still flows.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await TokenAsync(cancellationToken) is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await _http.SendAsync(request, cancellationToken);
    }

    public Uri Address(string pathAndQuery) => new(_kubeconfig.Server.AbsoluteUri.TrimEnd('/') + pathAndQuery);

    public void Dispose() => _http.Dispose();

    private async Task<string?> TokenAsync(CancellationToken cancellationToken)
    {
        if (_kubeconfig.Exec is not { } exec)
        {
            return _kubeconfig.Token ?? (_kubeconfig.TokenFile is { } file ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : null);
        }

        if (_printed is not { } printed || printed.Expires - Early <= TimeProvider.System.GetUtcNow())
        {
            _printed = printed = await exec.RunAsync(cancellationToken);
        }

        return printed.Token;
    }

    private static SslClientAuthenticationOptions Tls(KubeconfigFile kubeconfig)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = kubeconfig.TlsServerName };
        if (kubeconfig.ClientCertificate is { } certificate)
        {
            options.ClientCertificates = [certificate];
        }

        if (kubeconfig.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }
}
