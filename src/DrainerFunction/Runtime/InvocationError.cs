using System.Buffers;
using System.Text.Json;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Runtime;

/// <summary>An exception in the form in which Lambda shows it: type, message and the top of the stack, without secrets.</summary>
internal static class InvocationError
{
    private const int DeepestStack = 40;
    private const int LongestMessage = 4096;

    public static ReadOnlyMemory<byte> Write(Exception failure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("errorType", failure.GetType().Name);
        var message = Redaction.Clean(failure.Message);
        json.WriteString("errorMessage", message.Length <= LongestMessage ? message : message[..LongestMessage]);
        json.WriteStartArray("stackTrace");
        foreach (var frame in (failure.StackTrace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(DeepestStack))
        {
            json.WriteStringValue(Redaction.Clean(frame));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
