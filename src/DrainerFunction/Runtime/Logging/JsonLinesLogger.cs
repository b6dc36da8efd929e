using System.Buffers;
using System.Collections;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime.Logging;

/// <summary>Writes each message as one line of JSON: timestamp, level, message, logger, the message's own fields, the scope's, the exception.</summary>
internal sealed class JsonLinesLogger(string category, LogLevel lowest, LineOutput output, IExternalScopeProvider scopes, TimeProvider time) : ILogger
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel is not LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes.Push(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", Name(logLevel));
            json.WriteString("message", Redaction.Clean(formatter(state, null)));
            json.WriteString("logger", category);
            json.WriteNumber("eventId", eventId.Id);
            var written = new List<string>();
            Fields(json, state, written);
            scopes.ForEachScope(static (scope, line) => Fields(line.json, scope, line.written), (json, written));
            Exceptional(json, "exception", exception);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        output.Write(buffer.WrittenSpan);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => throw new UnreachableException($"{level}"),
    };

    // The message's own fields come first: what its scope says again is left out, for a name may stand in an object only once.
    private static void Fields(Utf8JsonWriter json, object? state, List<string> written)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> fields)
        {
            return;
        }

        foreach (var (name, value) in fields)
        {
            if (name is not "{OriginalFormat}" && FieldName(name) is var field && !written.Contains(field))
            {
                written.Add(field);
                json.WritePropertyName(field);
                Value(json, value);
            }
        }
    }

    // A field may not take the place of what every line has.
    private static string FieldName(string name) => JsonNamingPolicy.CamelCase.ConvertName(name) switch
    {
        "timestamp" or "level" or "message" or "logger" or "eventId" or "exception" => $"field{name}",
        var own => own,
    };

    private static void Value(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(Redaction.Clean(text)); break;
            case DateTimeOffset instant: json.WriteStringValue(instant.UtcDateTime); break;
            case IFormattable formattable: json.WriteStringValue(Redaction.Clean(formattable.ToString(null, null))); break;
            case IEnumerable many: Values(json, many); break;
            default: json.WriteStringValue(Redaction.Clean(value.ToString() ?? "")); break;
        }
    }

    private static void Values(Utf8JsonWriter json, IEnumerable many)
    {
        json.WriteStartArray();
        foreach (var one in many)
        {
            json.WriteStringValue(Redaction.Clean(one?.ToString() ?? ""));
        }

        json.WriteEndArray();
    }

    private static void Exceptional(Utf8JsonWriter json, string name, Exception? exception)
    {
        if (exception is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("type", exception.GetType().FullName);
        json.WriteString("message", Redaction.Clean(exception.Message));
        if (exception.StackTrace is { } stack)
        {
            json.WriteString("stackTrace", Redaction.Clean(stack));
        }

        Exceptional(json, "cause", exception.InnerException);
        json.WriteEndObject();
    }
}
