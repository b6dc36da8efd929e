using System.Text.Json;

namespace DrainerFunction.Runtime.Payloads;

/// <summary>The shape of a payload decides what is asked: an SQS batch, or a plan, drain, check or sweep by hand.</summary>
internal static class InvocationPayload
{
    public static InvocationRequest Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return Shape(json.RootElement);
        }
        catch (JsonException)
        {
            return new InvocationRequest.Unknown("The payload is not JSON.");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair or broken UTF-8 in a name: the parser lets it pass and the reading of it throws.
            return new InvocationRequest.Unknown("The payload contains an invalid member name.");
        }
    }

    private static InvocationRequest Shape(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return new InvocationRequest.Unknown($"The payload is {root.ValueKind} and not an object.");
        }

        if (root.TryGetProperty("Records", out var records))
        {
            return SqsRecords.Read(records);
        }

        if (root.TryGetProperty("detail-type", out _))
        {
            return new InvocationRequest.Unknown("The payload is an EventBridge event; it must arrive through the queue, otherwise it would be lost when a drain takes longer than the invocation.");
        }

        return root.EnumerateObject().ToArray() is [var asked] && asked.Value.ValueKind is JsonValueKind.Object
            ? DirectRequest.Read(asked)
            : new InvocationRequest.Unknown("The payload must have exactly one of Records, plan, drain, check, sweep.");
    }
}
