namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The network below the webhook: its own proxy, and no redirect, which would carry the headers to another host.</summary>
internal static class WebhookTransport
{
    public static HttpMessageHandler Create(WebhookProxy proxy) =>
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), Proxy = proxy };
}
