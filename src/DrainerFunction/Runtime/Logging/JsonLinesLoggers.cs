using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime.Logging;

/// <summary>Loggers that write one JSON object a line, with the words that Lambda's log filters know.</summary>
internal sealed class JsonLinesLoggers(LineOutput output, LogLevel level, TimeProvider time) : ILoggerFactory
{
    private readonly LoggerExternalScopeProvider _scopes = new();

    public ILogger CreateLogger(string categoryName) => new JsonLinesLogger(categoryName, level, output, _scopes, time);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Log lines are written to standard output only.");

    // Nothing is held back, so nothing is left to write.
    public void Dispose() { }
}
