using System.Net;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The webhook's own proxy, which may become known only after its connections were set up; without one, that of the process.</summary>
internal sealed class WebhookProxy : IWebProxy, ICredentials
{
    private Uri? _address;

    /// <summary>Asked at each request, so that it may follow the address.</summary>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    /// <summary>The network below the webhook: through this proxy, and no redirect, which would carry the headers to another host.</summary>
    public HttpMessageHandler CreateHandler() =>
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), Proxy = this };

    public void Use(Uri? address) => _address = address;

    public Uri? GetProxy(Uri destination) => _address ?? HttpClient.DefaultProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => _address is null && HttpClient.DefaultProxy.IsBypassed(host);

    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        _address is null ? HttpClient.DefaultProxy.Credentials?.GetCredential(uri, authType) : _address.UserInfo.Split(':', 2) switch
        {
            [{ Length: > 0 } user, var password] => new(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)),
            [{ Length: > 0 } user] => new(Uri.UnescapeDataString(user), ""),
            _ => null,
        };
}
