using System.Net;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The network below the webhook: its own proxy, and no redirect, which would carry the headers to somebody else.</summary>
internal static class WebhookTransport
{
    public static HttpMessageHandler Create(Uri? proxy)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20) };
        if (proxy is not null)
        {
            handler.Proxy = new WebProxy(proxy) { Credentials = CredentialsOf(proxy) };
        }

        return handler;
    }

    private static NetworkCredential? CredentialsOf(Uri proxy) => proxy.UserInfo.Split(':', 2) switch
    {
        [{ Length: > 0 } user, var password] => new(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)),
        [{ Length: > 0 } user] => new(Uri.UnescapeDataString(user), ""),
        _ => null,
    };
}
