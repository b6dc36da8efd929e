using System.Text.Json;
using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime.Options;

/// <summary>The settings of the webhook that need more than a pattern.</summary>
internal static partial class WebhookSettings
{
    // The fields of the Node Termination Handler's templates and this function's of the same meaning.
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["EventID"] = "id",
        ["Kind"] = "kind",
        ["Description"] = "description",
        ["StartTime"] = "startTime",
        ["NodeName"] = "node",
        ["InstanceID"] = "instance",
        ["ProviderID"] = "providerId",
        ["InstanceType"] = "instanceType",
        ["AvailabilityZone"] = "zone",
        ["AutoScalingGroupName"] = "group",
        ["NodeLabels"] = "nodeLabels",
        ["Pods"] = "pods",
    };

    public static Uri? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    /// <summary>The Node Termination Handler's samples write tcp:// for a plain HTTP proxy.</summary>
    public static Uri? Proxy(string text) =>
        Url(text.StartsWith("tcp://", StringComparison.OrdinalIgnoreCase) ? $"http://{text["tcp://".Length..]}" : text);

    public static IReadOnlyDictionary<string, string>? Headers(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.EnumerateObject().All(IsHeader)
                ? json.RootElement.EnumerateObject().GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase)
                    .ToDictionary(same => same.Key, same => same.Last().Value.GetString()!, StringComparer.OrdinalIgnoreCase)
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Over plain HTTP only to this machine, or where the operator accepts it.</summary>
    public static bool IsAccepted(Uri url, bool allowHttp) => url.Scheme is "https" || url.IsLoopback || allowHttp;

    public static string? Template(SettingsReader reader)
    {
        var template = reader.Text("WEBHOOK_TEMPLATE", Anything(), "a string");
        if (template is null || TemplateProblem(template) is not { } problem)
        {
            return template;
        }

        reader.Refuse($"WEBHOOK_TEMPLATE {problem}.");
        return null;
    }

    /// <summary>Placeholders are plain, <c>{{node}}</c>; a Go template would be sent with its braces, so it is refused with its translation.</summary>
    /// <returns>What is wrong, as the end of a sentence, or null.</returns>
    public static string? TemplateProblem(string template)
    {
        if (GoAction().IsMatch(template))
        {
            var translations = GoField().Matches(template).Select(field => $"{{{{{Translated(field.Groups["name"].Value)}}}}} instead of {field.Value}").Distinct().ToList();
            return translations is []
                ? "is a Go template; allowed are placeholders such as {{node}} without conditions and loops"
                : $"is a Go template; use {string.Join(", ", translations)}";
        }

        var unknown = Placeholder().Matches(template).Select(field => field.Groups["name"].Value).Except(NoticeFieldNames.All).ToList();
        return unknown is [] ? null : $"names {string.Join(", ", unknown)}; allowed are {string.Join(", ", NoticeFieldNames.All)}";
    }

    private static string Translated(string field) =>
        Fields.GetValueOrDefault(field, char.ToLowerInvariant(field[0]) + field[1..]);

    private static bool IsHeader(JsonProperty header) =>
        HeaderName().IsMatch(header.Name) && header.Value.ValueKind is JsonValueKind.String && !header.Value.GetString()!.Any(char.IsControl);

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z")]
    private static partial Regex HeaderName();

    [GeneratedRegex(@"\{\{-?\s*(\.|\$|(range|if|with|end|else|define|template|block|printf|toJson|index|len|eq|ne|and|or|not)\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex GoAction();

    [GeneratedRegex(@"\{\{-?\s*\.(?<name>[A-Za-z]\w*)\s*-?\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex GoField();

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z]+)\s*\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex("")]
    private static partial Regex Anything();
}
