using System.Globalization;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>The two ways in which AWS writes a time: ISO 8601, and RFC 1123 in Health events.</summary>
internal static class EventTimes
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "d MMM yyyy HH:mm:ss 'GMT'",
        "d MMM yyyy HH:mm:ss 'UTC'",
        "d MMM yyyy HH:mm:ss zzz",
    ];

    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(
            WithoutWeekday(text), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out var time)
            ? time
            : null;

    // A wrong weekday makes the date no less clear: AWS's own samples have some.
    private static string WithoutWeekday(string text) =>
        text.IndexOf(',', StringComparison.Ordinal) is > 0 and <= 10 and var comma && text.AsSpan(0, comma).IndexOfAnyExcept(Letters) < 0
            ? text[(comma + 1)..]
            : text;

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
