namespace DrainerFunction.Runtime.Scheduling;

/// <summary>How long to wait before something is asked again: a second, then twice as long each time, up to ten.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="refusals">How often it was refused so far; at least 1.</param>
    /// <param name="chance">Spreads those who were refused together.</param>
    public static TimeSpan After(int refusals, Random chance)
    {
        var doubled = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(refusals, 5) - 1)) * (0.8 + (0.4 * chance.NextDouble()));
        return doubled < Longest ? doubled : Longest;
    }
}
