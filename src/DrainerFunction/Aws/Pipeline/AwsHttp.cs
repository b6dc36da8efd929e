using Amazon.Runtime;
using DrainerFunction.Runtime;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>The one way out to AWS: every client shares its connections.</summary>
internal sealed class AwsHttp(HttpMessageHandler connections) : HttpClientFactory, IDisposable
{
    // Calls are bounded by their tokens, on the function's clock; a client's own timeout would use another.
    private readonly HttpClient _http = new(connections) { Timeout = Timeout.InfiniteTimeSpan };
    private long _throttled;

    /// <summary>Answers that asked for fewer calls, those included that the SDK's own retries made good.</summary>
    public long CallsThrottled => Interlocked.Read(ref _throttled);

    public static HttpMessageHandler Connections(TimeProvider time) => new FreezeAwareHttpHandler(Sockets, time);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <summary>The SDK's pipeline runs on the thread pool.</summary>
    public void CountThrottled() => Interlocked.Increment(ref _throttled);

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Sockets() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionIdleTimeout = FreezeAwareHttpHandler.LongestIdle,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    };
}
