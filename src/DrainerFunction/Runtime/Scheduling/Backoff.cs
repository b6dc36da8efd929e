namespace DrainerFunction.Runtime.Scheduling;

/// <summary>How long to wait before something is asked again: twice as long each time, up to a bound; without other words a second, up to ten.</summary>
internal static class Backoff
{
    private const int MostDoublings = 16;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="refusals">How often it was refused so far; at least 1.</param>
    /// <param name="random">Spreads callers that were refused together.</param>
    public static TimeSpan After(int refusals, Random random)
    {
        var doubled = After(refusals, TimeSpan.FromSeconds(1), TimeSpan.MaxValue) * (0.8 + (0.4 * random.NextDouble()));
        return doubled < Longest ? doubled : Longest;
    }

    /// <summary>Spreads callers that were refused together, each by its own name: from half of the pause to one and a half.</summary>
    /// <param name="pause">What it would be without the others.</param>
    /// <param name="caller">Its name, the same in every run.</param>
    /// <param name="refusals">How often it was refused so far.</param>
    public static TimeSpan Spread(TimeSpan pause, string caller, int refusals) => pause * (0.5 + PhaseOf(caller, refusals));

    /// <returns>From 0 to 1, the same for a name and a number in every run.</returns>
    public static double PhaseOf(string name, int number)
    {
        var hash = 2166136261u;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        hash = (hash ^ (uint)number) * 16777619u;
        return (hash ^ (hash >> 15)) % 1024 / 1024.0;
    }

    /// <param name="refusals">How often it was refused so far; at least 1.</param>
    /// <param name="first">After the first refusal.</param>
    /// <param name="longest">No wait is longer.</param>
    public static TimeSpan After(int refusals, TimeSpan first, TimeSpan longest)
    {
        var doubled = first * Math.Pow(2, Math.Min(refusals - 1, MostDoublings));
        return doubled < longest ? doubled : longest;
    }
}
