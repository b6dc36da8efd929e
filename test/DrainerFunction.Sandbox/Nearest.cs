namespace DrainerFunction.Sandbox;

/// <summary>What was probably meant by a word that is not known.</summary>
internal static class Nearest
{
    /// <returns>A sentence that names it, or nothing where no word is near.</returns>
    public static string Hint(string word, IEnumerable<string> known) =>
        known.Select(one => (Word: one, Distance: Distance(word, one))).OrderBy(one => one.Distance).FirstOrDefault() is { Word: { } near, Distance: var distance }
        && distance <= Math.Max(1, near.Length / 3) ? $" Did you mean '{near}'?" : "";

    // Letters to insert, drop, change, or swap with their neighbour.
    private static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1,
                    cost[i - 1, j - 1] + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }
}
