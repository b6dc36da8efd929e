using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>A listener on loopback as an API server has it: TLS by its own authority, HTTP/1.1 and HTTP/2, patient with slow bodies.</summary>
internal sealed class LoopbackTls : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly KubernetesApiCertificates _certificates;

    private LoopbackTls(WebApplication host, KubernetesApiCertificates certificates) => (_host, _certificates) = (host, certificates);

    public required IdleConnections Idle { get; init; }

    public Uri Address { get; private set; } = new("https://127.0.0.1");

    /// <summary>PEM.</summary>
    public string CertificateAuthority => _certificates.AuthorityPem;

    /// <param name="certificates">Disposed with the listener.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="time">By which a connection is idle.</param>
    public static async Task<LoopbackTls> StartAsync(KubernetesApiCertificates certificates, int port, TimeProvider time, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var idle = new IdleConnections(time);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                idle.Watch(listen);
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificates.Server);
            });
        });
        var host = builder.Build();
        host.Run(answer);
        await host.StartAsync(cancellationToken);
        return new(host, certificates)
        {
            Idle = idle,
            Address = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(new CancellationToken(canceled: true));
        await _host.DisposeAsync();
        _certificates.Dispose();
    }
}
