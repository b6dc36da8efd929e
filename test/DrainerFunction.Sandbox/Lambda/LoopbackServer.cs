using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>A bare HTTP/1.1 server on a loopback port of its own; cheap enough for one a process.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private LoopbackServer(KestrelServer server, int port) => (_server, Port) = (server, port);

    public int Port { get; }

    /// <param name="port">0 takes a free one.</param>
    public static async Task<LoopbackServer> Start(RequestDelegate handle, int port, CancellationToken cancellationToken)
    {
        var bound = 0;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
        ListenOptions? listening = null;
        options.Listen(IPAddress.Loopback, port, listen => listening = listen);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await server.StartAsync(new Application(handle), cancellationToken);
        bound = ((IPEndPoint)listening!.EndPoint).Port;
        return new(server, bound);
    }

    public async ValueTask DisposeAsync()
    {
        var atOnce = new CancellationToken(canceled: true);
        await _server.StopAsync(atOnce);
        _server.Dispose();
    }

    private sealed class Application(RequestDelegate handle) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handle(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
