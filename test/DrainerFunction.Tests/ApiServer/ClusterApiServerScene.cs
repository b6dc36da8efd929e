using System.Text;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.ApiServer;

/// <summary>A cluster's API server over answers that a test writes.</summary>
public abstract class ClusterApiServerScene : IDisposable
{
    private protected static readonly PodName Pod = new("default", "web-1", "u-1");

    private protected readonly FakeTimeProvider _time = new();
    private protected readonly ScriptedHttp _http = new();
    private protected readonly CollectedLog _log = new();
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
        _log);

    private protected async Task<IApiServer> Server() => (await Servers().ConnectAsync(Name, Stop))!;
}

/// <summary>What was logged, as level and text.</summary>
internal sealed class CollectedLog : ILogger
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{logLevel}: {formatter(state, exception)}");
}
