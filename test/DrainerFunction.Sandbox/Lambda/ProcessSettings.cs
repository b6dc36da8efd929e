namespace DrainerFunction.Sandbox.Lambda;

/// <summary>How the processes of a run are started.</summary>
internal sealed record ProcessSettings
{
    public required FunctionProgram Program { get; init; }

    public required FunctionLogs Logs { get; init; }

    /// <summary>Endpoints and clock; the function's own settings are in <see cref="FunctionSettings.Environment"/>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Its init phase is over, and it has not been handed an event yet; with its process id.</summary>
    public Action<int> Started { get; init; } = _ => { };

    /// <summary>Stop the process between invocations, as Lambda does.</summary>
    public bool Freeze { get; init; }
}
