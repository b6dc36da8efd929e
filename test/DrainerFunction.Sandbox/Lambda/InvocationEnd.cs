namespace DrainerFunction.Sandbox.Lambda;

/// <summary>How one invocation ended, as Lambda tells whoever asked for it.</summary>
internal abstract record InvocationEnd
{
    private InvocationEnd()
    {
    }

    internal sealed record Response(string Payload) : InvocationEnd;

    /// <summary>The program reported an error; its environment lives on.</summary>
    internal sealed record FunctionError(string Type, string Payload) : InvocationEnd;

    /// <summary>The process is gone: it exited, was killed or never came up.</summary>
    internal sealed record Crashed(string Why) : InvocationEnd;

    /// <summary>Killed by Lambda, for it held more memory than the function has.</summary>
    internal sealed record OutOfMemory(int Megabytes) : InvocationEnd;

    internal sealed record TimedOut(TimeSpan After) : InvocationEnd;

    /// <summary>Never started: no concurrency was left.</summary>
    internal sealed record Throttled : InvocationEnd;

    public string Describe() => this switch
    {
        Response => "answered",
        FunctionError error => $"failed with {error.Type}",
        Crashed crashed => $"crashed: {crashed.Why}",
        OutOfMemory memory => $"failed with Runtime.ExitError, signal: killed; it held more than its {memory.Megabytes} MB",
        TimedOut timedOut => $"timed out after {timedOut.After.TotalSeconds:0.#} s",
        Throttled => "was throttled",
        _ => throw new System.Diagnostics.UnreachableException(ToString()),
    };
}
