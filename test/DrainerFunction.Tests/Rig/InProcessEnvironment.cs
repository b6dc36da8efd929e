using System.Text;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Kubernetes;
using Invocation = DrainerFunction.Sandbox.Lambda.Invocation;

namespace DrainerFunction.Rig;

/// <summary>
/// The function's own handlers as a simulated process: one event loop, the world behind its ports. Dying is forgetting
/// every continuation that waits.
/// </summary>
internal sealed class InProcessEnvironment : ExecutionEnvironment, IDisposable
{
    private readonly EventLoop _loop = new();
    private readonly InvocationHandler _handler;
    private readonly JsonLinesLoggers _loggers;
    private readonly Stage _stage;
    private readonly Pace _pace;
    private bool _isUp;
    private Invocation? _running;
    private bool _isDead;

    public InProcessEnvironment(Stage stage, FunctionSettings function, int number, Stream log, IWebhook webhook, List<string> awsCalls, Func<bool> isHung, Pace? pace = null)
    {
        (_stage, _pace) = (stage, pace ?? Pace.Even);
        AccessKey = $"in-process-{number}";
        var time = new EventLoopTimeProvider(stage.World.Time, _loop);
        var calls = new WorldCalls(stage.World, awsCalls, time, _pace);
        var options = DrainerOptions.From(function.Environment);
        var output = new LineOutput(log);
        _loggers = new(output, options.LogLevel, stage.World.Time);
        var own = new AwsScope(stage.Home.Account, stage.Home.Name);
        var ports = new Ports(
            new WorldAws(stage, calls, time),
            new WorldQueues(stage.Home, calls, () => _running?.Trace.ToString(), Sandbox.World.Aws.SqsSender.Of(stage.Role, function.Name)),
            new WorldApiServers(stage, calls, time, isHung, _pace),
            webhook,
            new Reporter(options, function.Name, output, time, Of<Reporter>()));
        _handler = Composition.Compose(ports, options, own, time, new Random(number), _loggers);
    }

    public override string AccessKey { get; }

    public void Dispose() => _loggers.Dispose();

    public override void Take(Invocation invocation)
    {
        _running = invocation;
        if (_isUp || _pace.ColdStart == TimeSpan.Zero)
        {
            Begin(invocation);
            return;
        }

        _isUp = true;
        _stage.World.Agenda.After(_pace.ColdStart, () => Begin(invocation));
    }

    private void Begin(Invocation invocation)
    {
        var deadline = invocation.Begin();
        var mine = new Runtime.Invocation
        {
            RequestId = invocation.RequestId,
            Deadline = deadline,
            FunctionArn = invocation.Function.Arn,
            Payload = Encoding.UTF8.GetBytes(invocation.Payload),
        };
        _loop.Post(_ => AnswerAsync(mine, invocation), null);
    }

    /// <summary>Runs the next continuation.</summary>
    /// <returns>False when the process has nothing to do.</returns>
    public bool RunNext() => !_isDead && _loop.RunNext();

    public override void Kill()
    {
        _isDead = true;
        _loop.Drop();
        _running?.End(new InvocationEnd.Crashed("killed"));
    }

    private async void AnswerAsync(Runtime.Invocation mine, Invocation invocation)
    {
        InvocationEnd end;
        try
        {
            end = new InvocationEnd.Response(Encoding.UTF8.GetString((await _handler.HandleAsync(mine, CancellationToken.None)).Span));
        }
        catch (Exception failure)
        {
            end = new InvocationEnd.FunctionError(failure.GetType().Name, failure.ToString());
        }

        lock (_stage.World.Gate)
        {
            invocation.End(end);
        }
    }

    private Microsoft.Extensions.Logging.ILogger<T> Of<T>() => Microsoft.Extensions.Logging.LoggerFactoryExtensions.CreateLogger<T>(_loggers);
}

/// <summary>The clusters of the stage, as far as EKS knows them.</summary>
internal sealed class WorldApiServers(Stage stage, WorldCalls calls, TimeProvider loopTime, Func<bool> isHung, Pace pace) : IApiServers
{
    private readonly Dictionary<ClusterName, Task<WorldApiServer?>> _connections = [];

    public long RequestsSent => stage.Judge.KubernetesRequests;

    // What a world's API server refuses is counted by the real adapter only, which has tests of its own.
    public long RequestsThrottled => 0;

    public async Task<IApiServer?> ConnectAsync(ClusterName cluster, CancellationToken cancellationToken) => await FindAsync(cluster, cancellationToken);

    public async Task<IClusterReader?> ReadAsync(ClusterName cluster, CancellationToken cancellationToken) => (await FindAsync(cluster, cancellationToken))?.Reader;

    // As the real adapter: one look serves all who wait for it, and a failure is not kept.
    private async Task<WorldApiServer?> FindAsync(ClusterName cluster, CancellationToken cancellationToken)
    {
        if (!_connections.TryGetValue(cluster, out var connection))
        {
            connection = _connections[cluster] = BeginAsync(cluster);
        }

        try
        {
            return await connection.WaitAsync(cancellationToken);
        }
        finally
        {
            if (connection.IsCompleted && (!connection.IsCompletedSuccessfully || connection.Result is null))
            {
                _connections.Remove(cluster);
            }
        }
    }

    private async Task<WorldApiServer?> BeginAsync(ClusterName cluster)
    {
        try
        {
            if (await new WorldClusters(stage.World.Aws.Region(cluster.Scope.Account, cluster.Scope.Region), calls).DescribeAsync(cluster.Name, CancellationToken.None) is null)
            {
                return null;
            }
        }
        catch (AwsCallException refused)
        {
            throw new ApiServerException(ApiServerRefusal.Unreachable, cluster.Name, refused.Message, cause: refused);
        }

        var on = stage.Clusters[cluster.Name];
        if (on.Part.Endpoint is "unreachable" or "wrong-host" or "foreign-authority" || !on.Part.Access)
        {
            throw new ApiServerException(on.Part.Access ? ApiServerRefusal.Unreachable : ApiServerRefusal.Unauthorized, cluster.Name, $"its endpoint is {on.Part.Endpoint}");
        }

        return new WorldApiServer(on.Cluster, new ApiUser("node-drainer", [on.Cluster.Settings.JudgedGroup, "system:authenticated"]), loopTime) { IsHung = isHung, Pace = pace };
    }
}
