using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>One run of the function, from the event to its end. The first end counts.</summary>
internal sealed class Invocation(string requestId, string payload, TraceHeader trace, FunctionSettings function, SimulatedWorld world)
{
    private Agenda.Entry? _timeout;

    public string RequestId => requestId;

    public string Payload => payload;

    public TraceHeader Trace => trace;

    public FunctionSettings Function => function;

    /// <summary>Null until the event was handed over: the time a cold start takes is not the invocation's.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>When the event was handed over.</summary>
    public DateTimeOffset? Began => Deadline - function.Timeout;

    public InvocationEnd? Outcome { get; private set; }

    /// <summary>Raised once, under the world's gate.</summary>
    public event Action<InvocationEnd>? Ended;

    /// <summary>The event is handed to the program now; its time runs.</summary>
    public DateTimeOffset Begin()
    {
        Deadline ??= world.Now + function.Timeout;
        _timeout ??= world.Agenda.At(Deadline.Value, () => End(new InvocationEnd.TimedOut(function.Timeout)));
        world.Tape.Record("lambda", "invoked", requestId, $"Invocation {requestId} starts; its deadline is {Deadline:HH:mm:ss}");
        return Deadline.Value;
    }

    public void End(InvocationEnd end)
    {
        if (Outcome is null)
        {
            Outcome = end;
            _timeout?.Cancel();
            world.Tape.Record("lambda", "ended", requestId, $"Invocation {requestId} {end.Describe()}");
            Ended?.Invoke(end);
        }
    }
}
