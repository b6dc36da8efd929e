using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Runtime;

/// <summary>An exception in the form in which Lambda shows it: type, message and the top of the stack, without secrets.</summary>
internal static class InvocationError
{
    private const int DeepestStack = 40;
    private const int LongestMessage = 4096;

    public static ReadOnlyMemory<byte> Write(Exception failure) => JsonBody.Of(json =>
    {
        json.WriteString("errorType", failure.GetType().Name);
        var message = Redaction.Clean(failure.Message);
        json.WriteString("errorMessage", message.Length <= LongestMessage ? message : message[..LongestMessage]);
        json.WriteStartArray("stackTrace");
        foreach (var frame in (failure.StackTrace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(DeepestStack))
        {
            json.WriteStringValue(Redaction.Clean(frame));
        }

        json.WriteEndArray();
    });
}
