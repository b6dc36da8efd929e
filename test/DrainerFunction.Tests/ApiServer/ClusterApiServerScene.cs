using System.Text;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.ApiServer;

/// <summary>A cluster's API server over answers that a test writes.</summary>
public abstract class ClusterApiServerScene : IDisposable
{
    private protected static readonly PodName Pod = new("default", "web-1", "u-1");

    private protected readonly FakeTimeProvider _time = new();
    private protected readonly ScriptedHttp _http = new();
    private protected readonly FakeEks _eks;
    private protected readonly List<EksCluster> _connected = [];

    private protected ClusterApiServerScene() => _eks = new(_time);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static ClusterName Name => new(new("123456789012", "eu-west-1"), "blue");

    private protected void Lines(params string[] lines) => _http.Answer(new StringContent(string.Join('\n', lines) + "\n", Encoding.UTF8));

    private protected async Task<List<WatchEvent<V1Pod>>> Watch()
    {
        List<WatchEvent<V1Pod>> seen = [];
        await foreach (var change in (await Server()).WatchPodsAsync("n1", "5", Stop))
        {
            seen.Add(change);
        }

        return seen;
    }

    private protected ApiServers Servers() => new(
        _eks,
        cluster =>
        {
            _connected.Add(cluster);
            return _http;
        },
        _time,
        NullLogger.Instance);

    private protected async Task<IApiServer> Server() => (await Servers().ConnectAsync(Name, Stop))!;
}
