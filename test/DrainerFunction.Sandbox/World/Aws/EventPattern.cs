using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// EventBridge's event patterns (EventBridge User Guide, "Comparison operators"): every field of the pattern must match,
/// the values of one field are alternatives, an array in the event matches if one of its elements does.
/// </summary>
internal sealed class EventPattern
{
    private readonly JsonElement _pattern;

    private EventPattern(JsonElement pattern) => _pattern = pattern;

    /// <exception cref="AwsError">InvalidEventPatternException.</exception>
    public static EventPattern Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var pattern = document.RootElement.Clone();
            Validate(pattern);
            return new(pattern);
        }
        catch (JsonException unreadable)
        {
            throw Invalid(unreadable.Message);
        }
    }

    public bool Matches(string eventJson)
    {
        using var document = JsonDocument.Parse(eventJson);
        return Object(_pattern, document.RootElement);
    }

    public override string ToString() => _pattern.GetRawText();

    private static bool Object(JsonElement pattern, JsonElement? value) => pattern.EnumerateObject().All(field =>
        field is { Name: "$or", Value.ValueKind: JsonValueKind.Array }
            ? field.Value.EnumerateArray().Any(alternative => Object(alternative, value))
            : Field(field.Value, Member(value, field.Name)));

    private static JsonElement? Member(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var found) ? found : null;

    private static bool Field(JsonElement pattern, JsonElement? value) => pattern.ValueKind == JsonValueKind.Object
        ? value is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray().Any(item => Object(pattern, item))
            : Object(pattern, value)
        : pattern.EnumerateArray().Any(alternative => Leaf(alternative, value));

    private static bool Leaf(JsonElement rule, JsonElement? value)
    {
        var leaves = value is { } present ? Leaves(present).ToList() : [];
        return Operator(rule) is { Name: "exists", Value: var expected }
            ? expected.GetBoolean() == (leaves.Count > 0)
            : leaves.Exists(leaf => Scalar(rule, leaf));
    }

    /// <summary>Only leaves are fields: an object and an empty array are none.</summary>
    private static IEnumerable<JsonElement> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.Object => [],
        _ => [value],
    };

    private static JsonProperty? Operator(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Object ? rule.EnumerateObject().First() : null;

    private static bool Scalar(JsonElement rule, JsonElement leaf) => Operator(rule) is not { } test
        ? Equal(rule, leaf)
        : test.Name switch
        {
            "anything-but" => AnythingBut(test.Value, leaf),
            "numeric" => leaf.ValueKind == JsonValueKind.Number && Numeric(test.Value, leaf.GetDouble()),
            "cidr" => leaf.ValueKind == JsonValueKind.String && IPNetwork.TryParse(test.Value.GetString(), out var network)
                && IPAddress.TryParse(leaf.GetString(), out var address) && network.Contains(address),
            _ => leaf.ValueKind == JsonValueKind.String && Text(test.Name, test.Value, leaf.GetString()!),
        };

    // Numbers are compared as they are written: 300, 300.0 and 3.0e2 are three values to EventBridge.
    private static bool Equal(JsonElement rule, JsonElement leaf) =>
        rule.ValueKind == leaf.ValueKind && (rule.ValueKind == JsonValueKind.String
            ? rule.GetString() == leaf.GetString()
            : rule.GetRawText() == leaf.GetRawText());

    private static bool Text(string test, JsonElement expected, string actual) => test switch
    {
        "prefix" => Edge(expected, (text, comparison) => actual.StartsWith(text, comparison)),
        "suffix" => Edge(expected, (text, comparison) => actual.EndsWith(text, comparison)),
        "equals-ignore-case" => string.Equals(expected.GetString(), actual, StringComparison.OrdinalIgnoreCase),
        "wildcard" => Wildcard(expected.GetString()!).IsMatch(actual),
        _ => false,
    };

    private static bool Edge(JsonElement expected, Func<string, StringComparison, bool> compare) => expected.ValueKind == JsonValueKind.Object
        ? compare(expected.GetProperty("equals-ignore-case").GetString()!, StringComparison.OrdinalIgnoreCase)
        : compare(expected.GetString()!, StringComparison.Ordinal);

    private static bool AnythingBut(JsonElement but, JsonElement leaf) => but.ValueKind switch
    {
        JsonValueKind.Array => !but.EnumerateArray().Any(one => Equal(one, leaf)),
        JsonValueKind.Object => Operator(but) is { } test
            && !(leaf.ValueKind == JsonValueKind.String && Alternatives(test.Value).Any(one => Text(test.Name, one, leaf.GetString()!))),
        _ => !Equal(but, leaf),
    };

    private static IEnumerable<JsonElement> Alternatives(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static bool Numeric(JsonElement range, double actual) => range.EnumerateArray().Chunk(2).All(pair => pair[0].GetString() switch
    {
        "=" => actual == pair[1].GetDouble(),
        "<" => actual < pair[1].GetDouble(),
        "<=" => actual <= pair[1].GetDouble(),
        ">" => actual > pair[1].GetDouble(),
        _ => actual >= pair[1].GetDouble(),
    });

    private static Regex Wildcard(string pattern) => new(
        "^" + Regex.Replace(pattern, @"\\([\\*])|(\*)|([^\\*]+)", match =>
            match.Groups[2].Success ? ".*" : Regex.Escape(match.Groups[1].Success ? match.Groups[1].Value : match.Value)) + "$",
        RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static void Validate(JsonElement pattern)
    {
        if (pattern.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("Filter is not an object");
        }

        foreach (var field in pattern.EnumerateObject())
        {
            switch (field.Value.ValueKind)
            {
                case JsonValueKind.Array when field.Name == "$or" && field.Value.GetArrayLength() > 1:
                    field.Value.EnumerateArray().ToList().ForEach(Validate);
                    break;
                case JsonValueKind.Array when field.Value.GetArrayLength() == 0:
                    throw Invalid("Empty arrays are not allowed");
                case JsonValueKind.Array:
                    field.Value.EnumerateArray().ToList().ForEach(ValidateLeaf);
                    break;
                case JsonValueKind.Object when field.Value.EnumerateObject().Any():
                    Validate(field.Value);
                    break;
                case JsonValueKind.Object:
                    throw Invalid("Empty objects are not allowed");
                default:
                    throw Invalid($"\"{field.Name}\" must be an object or an array");
            }
        }
    }

    private static void ValidateLeaf(JsonElement rule)
    {
        if (rule.ValueKind == JsonValueKind.Array)
        {
            throw Invalid("Match value must be String, number, true, false, or null");
        }

        if (rule.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var tests = rule.EnumerateObject().ToList();
        if (tests.Count != 1)
        {
            throw Invalid("Only one key allowed in match expression");
        }

        var value = tests[0].Value;
        var holds = tests[0].Name switch
        {
            "exists" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "prefix" or "suffix" => value.ValueKind == JsonValueKind.String || Operator(value) is { Name: "equals-ignore-case", Value.ValueKind: JsonValueKind.String },
            "equals-ignore-case" => value.ValueKind == JsonValueKind.String,
            "wildcard" => value.ValueKind == JsonValueKind.String && !value.GetString()!.Contains("**", StringComparison.Ordinal),
            "cidr" => value.ValueKind == JsonValueKind.String && IPNetwork.TryParse(value.GetString(), out _),
            "numeric" => IsRange(value),
            "anything-but" => IsExclusion(value),
            var unknown => throw Invalid($"Unrecognized match type {unknown}"),
        };
        if (!holds)
        {
            throw Invalid($"Value of {tests[0].Name} is not valid");
        }
    }

    private static bool IsRange(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is 2 or 4 && value.EnumerateArray().Chunk(2).All(pair =>
            pair[0].ValueKind == JsonValueKind.String && pair[0].GetString() is "=" or "<" or "<=" or ">" or ">=" && pair[1].ValueKind == JsonValueKind.Number);

    private static bool IsExclusion(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() > 0 && value.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number),
        JsonValueKind.Object => value.EnumerateObject().ToList() is [{ Name: "prefix" or "suffix" or "wildcard" or "equals-ignore-case" } test]
            && Alternatives(test.Value).All(one => one.ValueKind == JsonValueKind.String),
        JsonValueKind.String or JsonValueKind.Number => true,
        _ => false,
    };

    private static AwsError Invalid(string reason) =>
        new("InvalidEventPatternException", $"Event pattern is not valid. Reason: {reason}", 400);
}
