using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>A recorded message as if it had been sent now: all of its times move by as much as its own lies back.</summary>
internal static partial class MovedTimes
{
    private const string Iso = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string To(DateTimeOffset now, string body)
    {
        var sent = Sent().Match(body);
        if (!sent.Success || Parse(sent.Groups[1].Value) is not { } then)
        {
            return body;
        }

        return Moment().Replace(body, match => Parse(match.Value) is { } moment
            ? (moment + (now - then)).UtcDateTime.ToString(match.Value.EndsWith("GMT", StringComparison.Ordinal) ? "R" : Iso, CultureInfo.InvariantCulture)
            : match.Value);
    }

    private static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    // The bodies may be JSON in JSON: quotes come with backslashes.
    [GeneratedRegex("""["][tT]ime\\*":\s*\\*"([^"\\]+)""")]
    private static partial Regex Sent();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")]
    private static partial Regex Moment();
}
