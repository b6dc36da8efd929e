using System.Text.Json;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The body of a notice: a text with placeholders such as <c>{{node}}</c>, each replaced as it must stand inside a JSON string.</summary>
internal sealed partial class NoticeTemplate(string? template)
{
    /// <summary>What Slack's incoming webhooks take, and most others that imitate them.</summary>
    public const string Slack = """{"text": "{{description}}"}""";

    // Text that is none of the placeholders stays as it is: a template may have braces of its own.
    public string Render(Notice notice) => Placeholder().Replace(
        template ?? Slack,
        placeholder => NoticeFields.Of(notice, placeholder.Groups["name"].Value) is { } value
            ? JsonEncodedText.Encode(Redaction.Clean(value)).ToString()
            : placeholder.Value);

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z]+)\s*\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
