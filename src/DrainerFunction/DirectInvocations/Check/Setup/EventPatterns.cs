using System.Text.Json;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>Whether a rule lets a kind of event through, by its source and detail-type alone. Pure.</summary>
internal static class EventPatterns
{
    /// <returns>Null where the pattern uses a comparison that is not known here.</returns>
    public static bool? LetsThrough(string? pattern, string source, string detailType)
    {
        if (pattern is null)
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(pattern);
            return json.RootElement.ValueKind is not JsonValueKind.Object ? null
                : (Matches(json.RootElement, "source", source), Matches(json.RootElement, "detail-type", detailType)) switch
                {
                    (false, _) or (_, false) => false,
                    (true, true) => true,
                    _ => null,
                };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A field that the pattern does not name is not compared.
    private static bool? Matches(JsonElement pattern, string field, string value)
    {
        if (!pattern.TryGetProperty(field, out var wanted))
        {
            return pattern.TryGetProperty("$or", out _) ? null : true;
        }

        var alternatives = wanted.ValueKind is JsonValueKind.Array ? wanted.EnumerateArray().Select(alternative => Matches(alternative, value)).ToList() : [null];
        return alternatives.Contains(true) ? true : alternatives.Contains(null) ? null : false;
    }

    private static bool? Matches(JsonElement wanted, string value) => wanted switch
    {
        { ValueKind: JsonValueKind.String } => JsonText.Of(wanted) == value,
        { ValueKind: JsonValueKind.Object } when wanted.TryGetProperty("prefix", out var prefix) && JsonText.Of(prefix) is { } text => value.StartsWith(text, StringComparison.Ordinal),
        _ => null,
    };
}
