using DrainerFunction.Rig;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Bench.Storms;

/// <summary>
/// A storm in simulated time: the function's own handlers as many processes, the sandbox's world, and between them a
/// network, API servers and shares of a core that take their time. The same seed gives the same figures.
/// </summary>
internal sealed class StormRun : IDisposable
{
    private static readonly DateTimeOffset Origin = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly StormSettings _settings;
    private readonly VirtualTime _time = new(Origin);
    private readonly List<InProcessEnvironment> _environments = [];
    private readonly List<StormPace> _paces = [];
    private readonly List<string> _calls = [];
    private readonly SimulatedWorld _world;
    private readonly Stage _stage;
    private readonly StormWeather _weather;
    private readonly Dictionary<string, StormNode> _byNode = [];
    private readonly Dictionary<string, StormPod> _pods = [];

    public StormRun(StormSettings settings)
    {
        _settings = settings;
        _world = new(_time, settings.Seed);
        _weather = new(settings.Seed);
        _stage = new(StormScene.Of(settings), _world);
        var webhook = new SeenNotices();
        foreach (var (name, on) in _stage.Clusters)
        {
            _stage.Connect(name, new($"https://{name}.invalid"), "in process it is not looked at");
            on.Cluster.Api.Answered += entry => Answered(name, entry);
        }

        Share = _stage.FunctionSettings.MemoryMegabytes / StormModel.WholeCoreMegabytes;
        _stage.Attach((function, number) =>
        {
            var pace = new StormPace(_weather, Share, settings.Slower, _time);
            var environment = new InProcessEnvironment(_stage, function, number, Stream.Null, webhook, _calls, static () => false, pace);
            _environments.Add(environment);
            _paces.Add(pace);
            return environment;
        });
        Expect();
        _world.Tape.Recorded += Hear;
    }

    public double Share { get; }

    public StormFigures Play()
    {
        var random = new Random(_settings.Seed);
        foreach (var node in _byNode.Values)
        {
            node.Noticed = Origin + (_settings.Within * random.NextDouble());
            _world.Agenda.At(node.Noticed, () => Take(_stage.Instance(node.Name)));
        }

        // The machines go and say so; what the function still hears then is of no interest here.
        var end = Origin + (_settings.IsDrainsOnly ? Notice - _settings.Within : _settings.Within + (_settings.IsScaleIn ? Longest : Notice + Calm));
        while (_time.GetUtcNow() < end || (!_settings.IsDrainsOnly && _stage.Function!.Running > 0 && _time.GetUtcNow() < Origin + Longest))
        {
            if (!RunAll() && !_time.MoveToNext())
            {
                break;
            }
        }

        return new(_settings, [.. _byNode.Values], [.. _pods.Values])
        {
            Origin = Origin,
            Notice = Notice,
            Requests = [.. _stage.Clusters.SelectMany(on => on.Value.Cluster.Api.Requests.Where(entry => entry.User.Name == "node-drainer").Select(entry => (on.Key, entry.At)))],
            Hooks = StormHook.Of(_world, _pods.Values.ToLookup(pod => _stage.Instance(pod.Node.Name).InstanceId)),
            Refused = _weather.Queues.Sum(queue => queue.Refused),
            MostWaiting = _weather.Queues.Select(queue => queue.MostWaiting).DefaultIfEmpty().Max(),
            AwsCalls = _calls,
            AwsThrottled = [.. _world.Tape.Happenings.Where(one => one is { Area: "fault", What: "Throttle" }).Select(one => one.Subject)],
            CallsAllowed = _world.Aws.Regions.Min(region => region.Rates.Of["autoscaling"].PerSecond),
            Invocations = _stage.Function!.Invocations,
            ColdStarts = _stage.Function.ColdStarts,
            Billed = Billed(),
            Memory = _stage.FunctionSettings.MemoryMegabytes,
            ProcessorTime = TimeSpan.FromTicks(_paces.Sum(pace => pace.Used.Ticks)),
            Violations = [.. _world.Invariants.Violations.Select(violation => $"{violation.Rule} {violation.How}")],
        };
    }

    private void Take(Instance instance)
    {
        if (_settings.IsScaleIn)
        {
            _stage.Region(instance).AutoScaling.TerminateInstanceInAutoScalingGroup(instance.InstanceId, decrement: true);
        }
        else
        {
            _stage.Region(instance).Ec2.Interruptions.SpotReclaim(instance.InstanceId);
        }
    }

    public void Dispose()
    {
        _stage.Dispose();
        _environments.ForEach(environment => environment.Dispose());
        _world.Dispose();
    }

    private bool RunAll()
    {
        var ran = false;
        for (var index = 0; index < _environments.Count; index++)
        {
            while (_environments[index].RunNext())
            {
                ran = true;
            }
        }

        return ran;
    }

    private void Expect()
    {
        foreach (var name in _stage.InstanceNames.Where(name => name.StartsWith("victim", StringComparison.Ordinal)))
        {
            var instance = _stage.Instance(name);
            var node = new StormNode(name);
            _byNode.Add(instance.NodeName, node);
            foreach (var pod in _stage.Judge.EvictablePods(instance))
            {
                var annotation = pod["metadata"]!["annotations"]!["sandbox/stops-in"]!.ToString();
                _pods.Add(
                    $"{instance.ClusterName}/{pod["metadata"]!["namespace"]}/{pod["metadata"]!["name"]}",
                    new(node, Durations.Parse(annotation), pod["metadata"]!["ownerReferences"] is not null));
            }
        }
    }

    private void Answered(string cluster, ApiLogEntry entry)
    {
        var isAsked = entry is { Resource: "pods/eviction", Status: 200 or 201 } or { Resource: "pods", Verb: "delete", Status: 200 or 202 };
        if (isAsked && _pods.TryGetValue($"{cluster}/{entry.Namespace}/{entry.Name}", out var pod))
        {
            pod.Asked ??= entry.At;
        }
    }

    private void Hear(Happening happening)
    {
        if (happening is { Area: "kubernetes", What: "cordoned" } && _byNode.TryGetValue(happening.Subject, out var node))
        {
            node.Cordoned ??= happening.At;
        }
        else if (happening is { Area: "kubernetes", What: "pod-killed-at-grace-end" })
        {
            foreach (var cluster in _stage.Clusters.Keys)
            {
                if (_pods.TryGetValue($"{cluster}/{happening.Subject}", out var pod))
                {
                    pod.WasKilled = true;
                }
            }
        }
    }

    private TimeSpan Billed()
    {
        var began = new Dictionary<string, DateTimeOffset>();
        var billed = TimeSpan.Zero;
        foreach (var happening in _world.Tape.Happenings.Where(one => one is { Area: "lambda", What: "invoked" or "ended" }))
        {
            if (happening.What == "invoked")
            {
                began[happening.Subject] = happening.At;
            }
            else if (began.Remove(happening.Subject, out var from))
            {
                billed += happening.At - from;
            }
        }

        return billed;
    }
}

/// <summary>One node that is taken.</summary>
internal sealed record StormNode(string Name)
{
    public DateTimeOffset Noticed { get; set; }

    public DateTimeOffset? Cordoned { get; set; }
}

/// <param name="Needs">From being asked until it has stopped.</param>
internal sealed record StormPod(StormNode Node, TimeSpan Needs, bool IsUnderBudget)
{
    public DateTimeOffset? Asked { get; set; }

    public bool WasKilled { get; set; }
}
