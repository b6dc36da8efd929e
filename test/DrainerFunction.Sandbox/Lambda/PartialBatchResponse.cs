using System.Text.Json;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// What Lambda reads out of the answer to a batch when the mapping has <c>ReportBatchItemFailures</c>. An answer
/// it cannot use fails the whole batch; source: "Reporting batch item failures for Lambda functions with an SQS trigger".
/// </summary>
internal static class PartialBatchResponse
{
    /// <returns>The messages of <paramref name="batch"/> that failed.</returns>
    public static IReadOnlySet<string> Failures(string payload, IReadOnlyCollection<string> batch)
    {
        if (string.IsNullOrWhiteSpace(payload))
        {
            return new HashSet<string>();
        }

        try
        {
            using var document = JsonDocument.Parse(payload);
            return Failures(document.RootElement, batch) ?? [.. batch];
        }
        catch (JsonException)
        {
            return new HashSet<string>(batch);
        }
    }

    /// <summary>Null: the answer is unusable.</summary>
    private static HashSet<string>? Failures(JsonElement answer, IReadOnlyCollection<string> batch)
    {
        if (answer.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (!answer.TryGetProperty("batchItemFailures", out var failures) || failures.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (failures.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var failed = new HashSet<string>();
        foreach (var failure in failures.EnumerateArray())
        {
            if (failure.ValueKind != JsonValueKind.Object
                || !failure.TryGetProperty("itemIdentifier", out var id)
                || id.ValueKind != JsonValueKind.String
                || !batch.Contains(id.GetString()!))
            {
                return null;
            }

            failed.Add(id.GetString()!);
        }

        return failed;
    }
}
