namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// One execution environment: it takes one invocation at a time. A process behind a runtime API, or the handlers in
/// this process on a virtual clock. Called under the world's gate, and reports under it.
/// </summary>
internal abstract class ExecutionEnvironment
{
    /// <summary>Distinct for each environment; it signs its requests with it, so that a request names its process.</summary>
    public abstract string AccessKey { get; }

    /// <summary>
    /// Runs one invocation: <see cref="Invocation.Begin"/> when the program is handed the event,
    /// <see cref="Invocation.End"/> when it answered or died.
    /// </summary>
    public abstract void Take(Invocation invocation);

    /// <summary>Ends the program at once and for good. Nothing that it still wanted to do happens.</summary>
    public abstract void Kill();

    /// <summary>Set by the function: the environment died by itself and takes nothing any more.</summary>
    public Action? Died { get; set; }
}
