using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// The function as Lambda runs it: a warm environment if one is free, else a cold start, as many at once as its
/// concurrency allows; one that times out is killed and never used again.
/// </summary>
internal sealed class LambdaFunction(SimulatedWorld world, FunctionSettings settings, Func<int, ExecutionEnvironment> start)
{
    private readonly Identifiers _identifiers = new(new Random(world.Seed ^ 0x1a3bda));
    private readonly List<ExecutionEnvironment> _idle = [];
    private readonly Dictionary<ExecutionEnvironment, Invocation> _busy = [];
    private readonly Dictionary<ExecutionEnvironment, Agenda.Entry> _retirements = [];
    private int _started;

    /// <summary>What an account may run at once, unless raised; source: "Lambda quotas".</summary>
    public const int AccountConcurrency = 1000;

    public FunctionSettings Settings => settings;

    /// <summary>Invocations at once that are kept for it and that it may not exceed; null: what the account has.</summary>
    public int? ReservedConcurrency { get; set; } = settings.ReservedConcurrency;

    /// <summary>What feeds it.</summary>
    public List<EventSourceMapping> Mappings { get; } = [];

    /// <summary>Every environment that was ever started, counted.</summary>
    public int ColdStarts => _started;

    public int Invocations { get; private set; }

    public int Running => _busy.Count;

    /// <summary>Ends with <see cref="InvocationEnd.Throttled"/>, at once, if no concurrency is left.</summary>
    public Invocation Invoke(string payload, TraceHeader? trace, Action<InvocationEnd> ended)
    {
        lock (world.Gate)
        {
            var id = _identifiers.Guid();
            var invocation = new Invocation(id, payload, trace ?? TraceHeader.Start(id, world.Now), settings, world);
            invocation.Ended += ended;
            if (_busy.Count >= (ReservedConcurrency ?? AccountConcurrency))
            {
                invocation.End(new InvocationEnd.Throttled());
                return invocation;
            }

            Invocations++;
            var environment = TakeIdle() ?? StartNew();
            _busy.Add(environment, invocation);
            invocation.Ended += end => Release(environment, end);
            environment.Take(invocation);
            return invocation;
        }
    }

    /// <summary>The process that signs with this key dies now, in the middle of whatever it does. False if there is none.</summary>
    public bool Kill(string accessKey, string why)
    {
        lock (world.Gate)
        {
            var environment = _busy.Keys.Concat(_idle).FirstOrDefault(one => one.AccessKey == accessKey);
            if (environment is null)
            {
                return false;
            }

            world.Tape.Record("lambda", "killed", environment.AccessKey, $"Environment {environment.AccessKey} is killed: {why}");
            Discard(environment, new InvocationEnd.Crashed(why));
            return true;
        }
    }

    /// <summary>Every environment ends; the next invocation is a cold start.</summary>
    public void KillAll(string why)
    {
        lock (world.Gate)
        {
            foreach (var environment in _busy.Keys.Concat(_idle).ToList())
            {
                Discard(environment, new InvocationEnd.Crashed(why));
            }
        }
    }

    /// <summary>Every environment that works now dies as Lambda kills one that holds too much memory.</summary>
    public void RunOutOfMemory()
    {
        lock (world.Gate)
        {
            foreach (var environment in _busy.Keys.ToList())
            {
                world.Tape.Record("lambda", "killed", environment.AccessKey, $"Environment {environment.AccessKey} is killed: out of memory");
                Discard(environment, new InvocationEnd.OutOfMemory(settings.MemoryMegabytes));
            }
        }
    }

    private ExecutionEnvironment? TakeIdle()
    {
        if (_idle.Count == 0)
        {
            return null;
        }

        var environment = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        if (_retirements.Remove(environment, out var retirement))
        {
            retirement.Cancel();
        }

        return environment;
    }

    private ExecutionEnvironment StartNew()
    {
        var environment = start(++_started);
        environment.Died = () => Discard(environment, new InvocationEnd.Crashed("it exited by itself"));
        world.Tape.Record("lambda", "cold-start", environment.AccessKey, $"Environment {environment.AccessKey} starts");
        return environment;
    }

    private void Release(ExecutionEnvironment environment, InvocationEnd end)
    {
        if (!_busy.Remove(environment))
        {
            return;
        }

        if (end is InvocationEnd.Response or InvocationEnd.FunctionError)
        {
            _idle.Add(environment);
            _retirements[environment] = world.Agenda.After(settings.IdleLife, () => Retire(environment));
        }
        else
        {
            environment.Kill();
        }
    }

    private void Discard(ExecutionEnvironment environment, InvocationEnd end)
    {
        _idle.Remove(environment);
        if (_retirements.Remove(environment, out var retirement))
        {
            retirement.Cancel();
        }

        if (_busy.TryGetValue(environment, out var invocation))
        {
            invocation.End(end);
        }
        else
        {
            environment.Kill();
        }
    }

    private void Retire(ExecutionEnvironment environment)
    {
        if (_idle.Remove(environment))
        {
            _retirements.Remove(environment);
            world.Tape.Record("lambda", "retired", environment.AccessKey, $"Environment {environment.AccessKey} was idle for long and is shut down");
            environment.Kill();
        }
    }
}
