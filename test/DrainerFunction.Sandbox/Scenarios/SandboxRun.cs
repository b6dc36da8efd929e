using System.Diagnostics;
using System.Runtime.CompilerServices;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Serve;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>One scenario on real sockets, with the built function as processes of its own.</summary>
internal sealed class SandboxRun : IAsyncDisposable
{
    private readonly RunSettings _settings;
    private readonly List<ProcessEnvironment> _processes = [];
    private readonly List<IAsyncDisposable> _apis = [];
    private readonly List<ApiEndpoint> _endpoints = [];
    private readonly ConditionalWeakTable<ApiUser, string> _keys = [];
    private readonly ConditionalWeakTable<object, FunctionRequest> _passing = [];
    private AwsWire? _aws;

    public SandboxRun(Scenario scenario, RunSettings settings)
    {
        _settings = settings;
        if (settings.KillAt.Count > 0 || settings.KillEvery > 0)
        {
            // Whoever kills the function asks whether it recovers, not whether it was in time.
            scenario.Expect.Within = null;
        }

        Time = ScaledTime.StartingNow(settings.Speed ?? scenario.Speed);
        Pace = new(Time.Rate);
        World = new(Time, settings.Seed);
        Stage = new(scenario, World);
        Logs = new(World);
        World.Aws.Credentials.Issued += key =>
        {
            Logs.AddSecret(key.Secret);
            Logs.AddSecret(key.SessionToken!);
        };
        Play = new(Stage);
    }

    public ScaledTime Time { get; }

    /// <summary>Whether the machine kept up with that speed.</summary>
    public HostPace Pace { get; }

    public SimulatedWorld World { get; }

    public Stage Stage { get; }

    public Play Play { get; }

    public FunctionLogs Logs { get; }

    public KillSwitch? KillSwitch { get; private set; }

    /// <summary>What AWS_ENDPOINT_URL points to, once it is open.</summary>
    public Uri AwsEndpoint => _aws!.Endpoint;

    /// <summary>The clusters' API servers, once they are open.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints => _endpoints;

    /// <summary>Opens the sockets, attaches the function and plays to the end.</summary>
    public async Task<PlayEnd> PlayAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        Pace.Begin();
        var end = await Play.Begin().WaitAsync(cancellationToken);
        lock (World.Gate)
        {
            return end with { Unmet = [.. end.Unmet, .. KillSwitch!.Missed.Select(missed => $"nothing died at {missed.Point}: there were only {missed.Seen} such requests.{(missed.Seen == 0 ? Nearest.Hint(missed.Point.Request, KillSwitch.Requests.SelectMany(request => (string[])[request.Service, request.Operation]).Distinct()) : "")}")] };
        }
    }

    /// <summary>Opens the sockets and attaches the function; the world runs on from there.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await OpenSocketsAsync(cancellationToken);
        _aws!.Function = Stage.Attach(StartProcess);
        KillSwitch = new(World, Stage.Function!, _settings.KillAt, _settings.KillEvery);
    }

    public async ValueTask DisposeAsync()
    {
        lock (World.Gate)
        {
            Stage.Dispose();
        }

        World.Dispose();
        await Pace.DisposeAsync();
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        foreach (var api in _apis)
        {
            await api.DisposeAsync();
        }

        if (_aws is not null)
        {
            await _aws.DisposeAsync();
        }
    }

    private async Task OpenSocketsAsync(CancellationToken cancellationToken)
    {
        var hooks = new RequestHooks { Before = BeforeAws, After = AfterAws };
        _aws = await AwsWire.StartAsync(World, TimeProvider.System, hooks, 0, cancellationToken);
        foreach (var (name, on) in Stage.Clusters)
        {
            if (_settings.Upstream is { } upstream)
            {
                var proxy = await KubernetesProxy.StartAsync(upstream, on.Cluster, token => Authenticate(token, on), cancellationToken);
                _apis.Add(proxy);
                Connect(name, proxy.Address, proxy.CertificateAuthority);
                continue;
            }

            var api = await KubernetesApi.Start(on.Cluster, token => Authenticate(token, on), new()
            {
                Certificate = on.Part.Endpoint switch
                {
                    "wrong-host" => KubernetesApiCertificate.WrongHost,
                    "foreign-authority" => KubernetesApiCertificate.ForeignAuthority,
                    _ => KubernetesApiCertificate.Right,
                },
                BeforeRequest = BeforeKubernetes,
                BeforeAnswer = AfterKubernetes,
            }, cancellationToken);
            _apis.Add(api);
            // Port 9, discard: nothing listens there.
            Connect(name, on.Part.Endpoint == "unreachable" ? new("https://127.0.0.1:9") : api.Address, api.CertificateAuthority);
        }
    }

    private void Connect(string name, Uri address, string certificateAuthority)
    {
        _endpoints.Add(new(name, address, certificateAuthority));
        Stage.Connect(name, address, certificateAuthority);
    }

    private ProcessEnvironment StartProcess(FunctionSettings function, int number)
    {
        var began = Stopwatch.GetTimestamp();
        var process = new ProcessEnvironment(World, function, new()
        {
            Program = _settings.Program,
            Logs = Logs,
            Freeze = Stage.Scenario.Function.Freeze,
            Started = _ => Pace.Started(Stopwatch.GetElapsedTime(began)),
            Variables = new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL"] = _aws!.Endpoint.ToString(),
                ["DRAINER_TIME_SCALE"] = Time.Setting,
            },
        }, World.Aws.Credentials.Issue(Stage.Role, function.Name));
        _processes.Add(process);
        return process;
    }

    private ApiUser? Authenticate(string token, ClusterOnStage on)
    {
        lock (World.Gate)
        {
            if (_settings.Guests(token) is { } guest)
            {
                return guest;
            }

            if (on.Region.Eks.Authenticate(token, on.Part.Name) is not { } user)
            {
                return null;
            }

            var known = new ApiUser(user.Username, user.Groups);
            _keys.Add(known, World.Aws.Credentials.HolderOf(ClusterToken.Parse(token, on.Region.Partition, World.Now).AccessKeyId));
            return known;
        }
    }

    private Task BeforeAws(WireRequest request, CancellationToken cancellationToken)
    {
        lock (World.Gate)
        {
            return ProcessOf(request) is { } process && !Arrives(request, request.Service, request.Operation, process)
                ? throw new ProcessKilledException() : Task.CompletedTask;
        }
    }

    private Task AfterAws(WireRequest request, CancellationToken cancellationToken)
    {
        lock (World.Gate)
        {
            return IsAnswered(request) ? Task.CompletedTask : throw new ProcessKilledException();
        }
    }

    private Task BeforeKubernetes(ApiRequestContext context)
    {
        lock (World.Gate)
        {
            if (_keys.TryGetValue(context.Request.User, out var key)
                && !Arrives(context.Request, "kubernetes", $"{context.Target.Verb} {context.Target.ResourceAndSubresource}", key))
            {
                context.Abort();
                throw new ProcessKilledException();
            }
        }

        return Task.CompletedTask;
    }

    private Task AfterKubernetes(ApiRequestContext context)
    {
        lock (World.Gate)
        {
            if (!IsAnswered(context.Request))
            {
                context.Abort();
                throw new ProcessKilledException();
            }
        }

        return Task.CompletedTask;
    }

    private bool Arrives(object request, string service, string operation, string accessKey)
    {
        if (KillSwitch?.Arrive(service, operation, accessKey) is not { } passing)
        {
            return KillSwitch is null;
        }

        _passing.Add(request, passing);
        return true;
    }

    private bool IsAnswered(object request) => !_passing.TryGetValue(request, out var passing) || KillSwitch!.Answer(passing);

    /// <summary>By its own key, or by those of a role that it assumed.</summary>
    private string? ProcessOf(WireRequest request) =>
        request.AccessKey is { } key && World.Aws.Credentials.HolderOf(key) is var holder && _processes.Exists(process => process.AccessKey == holder) ? holder : null;
}

internal sealed record RunSettings
{
    public required FunctionProgram Program { get; init; }

    /// <summary>Null takes the scenario's.</summary>
    public double? Speed { get; init; }

    public int Seed { get; init; } = 1;

    public IReadOnlyList<KillPoint> KillAt { get; init; } = [];

    /// <summary>0 never.</summary>
    public int KillEvery { get; init; }

    /// <summary>Whose a bearer token is that does not come from EKS.</summary>
    public Func<string, ApiUser?> Guests { get; init; } = _ => null;

    /// <summary>A real cluster that stands behind the simulated one's name.</summary>
    public UpstreamCluster? Upstream { get; init; }
}

/// <param name="CertificateAuthority">PEM.</param>
internal sealed record ApiEndpoint(string Name, Uri Address, string CertificateAuthority);

/// <summary>The process that asked is dead: its request goes no further, or its answer has nowhere to go.</summary>
internal sealed class ProcessKilledException() : Exception("the process that asked was killed");
