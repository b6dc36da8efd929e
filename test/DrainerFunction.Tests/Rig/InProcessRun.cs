using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Rig;

/// <summary>
/// Rig A: a scenario played in this process and in no time. One thread, one clock that jumps to the next timer, one
/// continuation after the other; the same seed gives the same history.
/// </summary>
internal sealed class InProcessRun : IDisposable
{
    private static readonly DateTimeOffset Origin = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private const long MostSteps = 5_000_000;

    private readonly VirtualTime _time = new(Origin);
    private readonly List<InProcessEnvironment> _environments = [];
    private readonly List<string> _awsCalls = [];
    private readonly LogTape _log;
    private readonly Play _play;
    private long _steps;

    public InProcessRun(Scenario scenario, int seed = 1)
    {
        World = new(_time, seed);
        _log = new(World);
        Stage = new(scenario, World);
        foreach (var name in Stage.Clusters.Keys)
        {
            Stage.Connect(name, new($"https://{name}.invalid"), "in process nobody looks at it");
        }

        Stage.Attach((function, number) =>
        {
            var environment = new InProcessEnvironment(Stage, function, number, _log, Webhook, _awsCalls, () => AreClustersHung(_time.GetUtcNow() - Origin));
            _environments.Add(environment);
            return environment;
        });
        _play = new(Stage);
    }

    public SimulatedWorld World { get; }

    public Stage Stage { get; }

    public SeenNotices Webhook { get; } = new();

    /// <summary>Every call of the function's that reached AWS, as <c>service:Operation</c>.</summary>
    public IReadOnlyList<string> AwsCalls => _awsCalls;

    /// <summary>By the time since the beginning: whether the clusters answer nothing that is asked then.</summary>
    public Func<TimeSpan, bool> AreClustersHung { get; set; } = _ => false;

    /// <summary>Continuations of all processes so far.</summary>
    public long Steps => _steps;

    /// <summary>Kill the process that runs the continuation of this number.</summary>
    public IReadOnlySet<long> KillAfter { get; init; } = new HashSet<long>();

    /// <summary>From the (last) death to the next invocation that has the dead one's message; zero where nobody died, or nothing was left to do.</summary>
    public TimeSpan Recovery => (Death, Orphan) is ({ } death, { } orphan)
        && World.Tape.Happenings.FirstOrDefault(one => one is { Area: "sqs", What: "received" } && one.Subject == orphan && one.At > death.At) is { } again
            ? again.At - death.At
            : TimeSpan.Zero;

    /// <summary>Whether the process that died had already made its message's visibility short.</summary>
    public bool WasLeasedAtDeath => (Death, Orphan) is ({ } death, { } orphan)
        && World.Tape.Happenings.Any(one => one is { Area: "sqs", What: "visibility" } && one.Subject == orphan && one.At <= death.At);

    private Happening? Death => World.Tape.Happenings.LastOrDefault(one => one is { Area: "lambda", What: "killed" });

    private string? Orphan => Death is { } death ? World.Tape.Happenings.FirstOrDefault(one => one.At == death.At && one.What == "batch-item-failed")?.Subject : null;

    public string Log => _log.ToString();

    /// <summary>What the function logged, line by line.</summary>
    public IEnumerable<JsonNode> Lines => Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    /// <summary>The lines of the interruptions of one instance, or of all.</summary>
    public List<JsonNode> Interruptions(string? name = null) =>
        [.. Lines.Where(line => line["event"]?.ToString() == "interruption" && (name is null || line["instanceId"]?.ToString() == Stage.Instance(name).InstanceId))];

    /// <summary>The whole history as text: equal for equal seeds.</summary>
    public string History => string.Join('\n', World.Tape.Happenings.Select(one => $"{one.At:O} {one.Area} {one.What} {one.Subject} {one.Text}"));

    public PlayEnd PlayToEnd()
    {
        var ended = _play.Begin();
        while (!ended.IsCompleted)
        {
            if (!RunOne() && !_time.MoveToNext())
            {
                throw new InvalidOperationException("The world stands still and the play has not ended.");
            }

            if (_steps > MostSteps)
            {
                throw new InvalidOperationException($"No end after {MostSteps} continuations; the last happenings:\n{string.Join('\n', History.Split('\n').TakeLast(20))}");
            }
        }

        return ended.Result;
    }

    public void Dispose()
    {
        Stage.Dispose();
        _environments.ForEach(environment => environment.Dispose());
        _log.Dispose();
        World.Dispose();
    }

    private bool RunOne()
    {
        for (var index = 0; index < _environments.Count; index++)
        {
            if (_environments[index].RunNext())
            {
                _steps++;
                if (KillAfter.Contains(_steps))
                {
                    Stage.Function!.Kill(_environments[index].AccessKey, $"after continuation {_steps}");
                }

                return true;
            }
        }

        return false;
    }
}
