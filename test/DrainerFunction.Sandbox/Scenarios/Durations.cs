using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>Durations as people write them: <c>500ms</c>, <c>30s</c>, <c>2m</c>, <c>1h30m</c>; with a minus for what has passed.</summary>
internal static partial class Durations
{
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan Parse(string text)
    {
        var match = Shape().Match(text);
        if (!match.Success || text.Length == 0)
        {
            throw new FormatException($"'{text}' is no duration; write for example 500ms, 30s, 2m or 1h30m");
        }

        var length = TimeSpan.FromHours(Part(match, "h")) + TimeSpan.FromMinutes(Part(match, "m"))
            + TimeSpan.FromSeconds(Part(match, "s")) + TimeSpan.FromMilliseconds(Part(match, "ms"));
        return text[0] == '-' ? -length : length;
    }

    private static double Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true, Value: var number } ? double.Parse(number, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^-?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?$")]
    private static partial Regex Shape();
}
