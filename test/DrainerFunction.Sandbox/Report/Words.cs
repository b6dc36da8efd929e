using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>How the page words times, numbers and outcomes.</summary>
internal static class Words
{
    public static string Span(TimeSpan span) => span.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms")
        : TimeAxis.Label(Math.Round(span.TotalSeconds, 1));

    /// <summary>SpotReclaim → spot reclaim.</summary>
    public static string Of(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) ? (index > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    public static string Sentence(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    public static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>A budget has the form of a name; what has spaces is a webhook or a policy with its own words.</summary>
    public static string Holder(string heldBy) => heldBy.Contains(' ', StringComparison.Ordinal) ? heldBy : $"budget {heldBy}";

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>The state as a shape, so that colour is not needed.</summary>
    public static string Shape(NodeStory story) => story switch
    {
        { IsBad: true } => "✕",
        { IsGood: true } => "✓",
        { Last.Outcome: "Continues" or "Waits" } => "…",
        _ => "–",
    };
}
