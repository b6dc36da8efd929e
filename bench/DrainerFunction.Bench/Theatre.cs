using System.Globalization;
using System.Text.Json;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Bench;

/// <summary>A furnished world on loopback sockets at speed 1. Whoever comes, the function or kubectl, finds the same.</summary>
internal sealed class Theatre : IAsyncDisposable
{
    private const string OperatorToken = "an-operator-of-the-bench";
    private readonly ScaledTime _time = ScaledTime.StartingNow(1);
    private readonly List<ProcessEnvironment> _processes = [];
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("drainer-bench-");
    private readonly List<(DateTimeOffset At, string What)> _calls = [];
    private AwsWire? _aws;
    private KubernetesApi? _api;
    private Relay? _relay;

    private Theatre(Scenario scenario)
    {
        World = new(_time, seed: 1);
        Stage = new(scenario, World);
        Logs = new(World);
        Audience = new(Stage);
    }

    public SimulatedWorld World { get; }

    public Stage Stage { get; }

    public FunctionLogs Logs { get; }

    /// <summary>What was seen of each node that is to be drained.</summary>
    public Audience Audience { get; }

    public Cluster Cluster => Stage.Clusters.Values.Single().Cluster;

    /// <summary>Over the cluster's connections in both directions, TLS included; only with a relay.</summary>
    public long Bytes => _relay?.Bytes ?? 0;

    /// <param name="countsBytes">Every connection to the cluster goes through a relay, which costs time: such a run is good for bytes only.</param>
    public static async Task<Theatre> OpenAsync(Scenario scenario, bool countsBytes, CancellationToken cancellationToken)
    {
        var theatre = new Theatre(scenario);
        var hooks = new RequestHooks { Before = theatre.Note, After = theatre.Note };
        theatre._aws = await AwsWire.StartAsync(theatre.World, TimeProvider.System, hooks, 0, cancellationToken);
        theatre._api = await KubernetesApi.Start(theatre.Cluster, theatre.Authenticate, new(), cancellationToken);
        theatre._relay = countsBytes ? new(theatre._api.Address) : null;
        theatre.Stage.Connect(scenario.Clusters[0].Name, theatre.Endpoint, theatre._api.CertificateAuthority);
        return theatre;
    }

    /// <summary>From now on a message in a queue starts processes of the function.</summary>
    /// <param name="started">Told of each of them when it asks for its first invocation, which it is given afterwards.</param>
    public void Attach(FunctionProgram program, Action<int>? started = null) => Stage.Attach((function, _) =>
    {
        var process = new ProcessEnvironment(World, function, new()
        {
            Program = program,
            Logs = Logs,
            Variables = new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL"] = _aws!.Endpoint.ToString(),

                // Lambda shows two cores at least, whatever the share; .NET would read the quota.
                ["DOTNET_PROCESSOR_COUNT"] = "2",
            },
            Started = process => started?.Invoke(process),
        }, World.Aws.Credentials.Issue(Stage.Role, function.Name));
        _processes.Add(process);
        return process;
    });

    /// <summary>Lets something happen in the world, and says when that was.</summary>
    public DateTimeOffset Happen(Action<Stage> what)
    {
        lock (World.Gate)
        {
            what(Stage);
            return World.Now;
        }
    }

    /// <summary>Looks now and then; what is measured is on the world's tape and does not depend on when this noticed it.</summary>
    /// <exception cref="InvalidOperationException">It did not come true in time; the function's last words are in the message.</exception>
    public async Task UntilAsync(Func<bool> holds, TimeSpan patience, CancellationToken cancellationToken)
    {
        var until = World.Now + patience;
        while (!Holds(holds))
        {
            if (World.Now > until)
            {
                throw new InvalidOperationException($"It did not end within {patience.TotalSeconds:0} s. The function's last words:\n{string.Join('\n', Logs.Lines.TakeLast(10).Select(line => line.Text))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>A configuration for kubectl, as the cluster's administrator.</summary>
    public async Task<string> WriteKubeconfigAsync(CancellationToken cancellationToken)
    {
        var authority = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_api!.CertificateAuthority));
        var file = Path.Combine(_scratch.FullName, "config");
        await File.WriteAllTextAsync(file, $$"""
            {"apiVersion":"v1","kind":"Config","current-context":"bench",
             "clusters":[{"name":"bench","cluster":{"server":"{{Endpoint.ToString().TrimEnd('/')}}","certificate-authority-data":"{{authority}}"} }],
             "users":[{"name":"operator","user":{"token":"{{OperatorToken}}"} }],
             "contexts":[{"name":"bench","context":{"cluster":"bench","user":"operator"} }]}
            """, cancellationToken);
        return file;
    }

    /// <summary>An empty directory that goes with the theatre.</summary>
    public string NewDirectory(int number) => _scratch.CreateSubdirectory(number.ToString(CultureInfo.InvariantCulture)).FullName;

    /// <summary>By node: when the invocation that drained it was handed its batch. The function's own finished lines say which that was.</summary>
    public Dictionary<string, DateTimeOffset> Received()
    {
        var invocations = Audience.Invocations.ToDictionary(one => one.RequestId, one => one.At);
        var received = new Dictionary<string, DateTimeOffset>();
        List<string> texts;
        lock (World.Gate)
        {
            texts = [.. Logs.Lines.Select(line => line.Text)];
        }

        foreach (var text in texts.Where(text => text.Contains("\"event\":\"interruption\"", StringComparison.Ordinal)))
        {
            using var line = JsonDocument.Parse(text);
            if (line.RootElement.GetProperty("nodeName").GetString() is { } node)
            {
                received.TryAdd(node, invocations[line.RootElement.GetProperty("requestId").GetString()!]);
            }
        }

        return received;
    }

    /// <summary>Every request to AWS, twice: when it had come and when its answer went, and each to the cluster once; in order.</summary>
    public IReadOnlyList<(DateTimeOffset At, string What)> Traffic(DateTimeOffset since, DateTimeOffset until)
    {
        lock (World.Gate)
        {
            var kubernetes = Cluster.Api.Requests.Select(request => (request.At, What: $"kubernetes {request.Verb} {request.Resource} {request.Name}"));
            return [.. _calls.Concat(kubernetes).Where(request => request.At >= since && request.At <= until).OrderBy(request => request.At)];
        }
    }

    /// <summary>The requests that the cluster answered, kubectl's or the function's.</summary>
    public IReadOnlyList<ApiLogEntry> Requests(DateTimeOffset since, DateTimeOffset until)
    {
        lock (World.Gate)
        {
            return [.. Cluster.Api.Requests.Where(request => request.At >= since && request.At <= until)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (World.Gate)
        {
            Stage.Dispose();
        }

        World.Dispose();
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        _relay?.Dispose();
        await (_api?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_aws?.DisposeAsync() ?? ValueTask.CompletedTask);
        _scratch.Delete(recursive: true);
    }

    private bool Holds(Func<bool> condition)
    {
        lock (World.Gate)
        {
            return condition();
        }
    }

    private Uri Endpoint => _relay?.Address ?? _api!.Address;

    private Task Note(WireRequest request, CancellationToken cancellationToken)
    {
        lock (World.Gate)
        {
            _calls.Add((World.Now, $"{request.Service} {request.Operation}"));
        }

        return Task.CompletedTask;
    }

    private ApiUser? Authenticate(string token)
    {
        if (token == OperatorToken)
        {
            return ApiUser.Admin;
        }

        var on = Stage.Clusters.Values.Single();
        lock (World.Gate)
        {
            return on.Region.Eks.Authenticate(token, on.Part.Name) is { } user ? new(user.Username, user.Groups) : null;
        }
    }
}
