namespace DrainerFunction.Sandbox.Lambda;

/// <summary>How the processes of a run are started.</summary>
internal sealed record ProcessSettings
{
    public required FunctionProgram Program { get; init; }

    public required FunctionLogs Logs { get; init; }

    /// <summary>Endpoints and clock; the function's own settings are in <see cref="FunctionSettings.Environment"/>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Stop the process between invocations, as Lambda does.</summary>
    public bool Freeze { get; init; }
}
