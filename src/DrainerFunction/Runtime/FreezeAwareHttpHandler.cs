namespace DrainerFunction.Runtime;

/// <summary>
/// Connections for a process that is frozen between invocations: after a pause the old ones may be dead without a word, and a request
/// on one would wait until its time is up. So after a pause it begins with new ones.
/// </summary>
internal sealed class FreezeAwareHttpHandler(Func<HttpMessageHandler> connect, TimeProvider time) : HttpMessageHandler
{
    /// <summary>Shorter than what load balancers and gateways on the way to AWS keep an idle connection.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private HttpMessageInvoker? _connections;
    private DateTimeOffset _lastUse;
    private int _inUse;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var connections = Take();
        try
        {
            return await connections.SendAsync(request, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _inUse--;
                _lastUse = time.GetUtcNow();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connections?.Dispose();
        }

        base.Dispose(disposing);
    }

    private HttpMessageInvoker Take()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_connections is null || (_inUse == 0 && now - _lastUse > LongestIdle))
            {
                // Not disposed at once: a watch may still read from it. Its connections close themselves when idle.
                _connections = new HttpMessageInvoker(connect());
            }

            (_inUse, _lastUse) = (_inUse + 1, now);
            return _connections;
        }
    }
}
