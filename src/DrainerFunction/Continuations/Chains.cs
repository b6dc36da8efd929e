using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Continuations;

/// <summary>
/// The names of chains of messages. Ordinal order is age: of two chains of one instance the greater one is the younger and
/// goes on, so that duplicates come together again at their next hop instead of forking.
/// </summary>
internal static partial class Chains
{
    /// <summary>The chain that a message of AWS's begins; its redelivery begins the same one.</summary>
    public static string First(DateTimeOffset sentAt, string messageId) => string.Create(
        CultureInfo.InvariantCulture, $"{Math.Max(0, sentAt.ToUnixTimeMilliseconds()):D13}-{Letters(messageId, 36)}.000000");

    /// <summary>The same chain one hop on. Two copies of one message hop to two different names, one of them the younger.</summary>
    /// <param name="chain">The chain so far.</param>
    /// <param name="attempt">Counted over all hops.</param>
    /// <param name="requestId">The invocation that sends it on.</param>
    public static string Hop(string chain, int attempt, string requestId) => string.Create(
        CultureInfo.InvariantCulture, $"{Root(chain)}.{attempt:D6}.{Letters(requestId, 8)}");

    /// <summary>The chain under a name younger than <paramref name="other"/>: it takes that one's work over.</summary>
    public static string After(string other, string chain)
    {
        if (IsYounger(chain, other))
        {
            return chain;
        }

        var time = long.TryParse(other.AsSpan(0, Math.Min(13, other.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{time + 1:D13}{(chain.Length > 13 ? chain[13..] : "-" + chain)}");
    }

    public static string Youngest(IEnumerable<string> chains) => chains.Max(StringComparer.Ordinal)!;

    public static bool IsYounger(string chain, string other) => string.CompareOrdinal(chain, other) > 0;

    /// <summary>What all hops of a chain have in common: it names the drain.</summary>
    public static string Root(string chain) => chain.Split('.')[0];

    /// <summary>Whether it may be the name of a chain at all, in a message or in an annotation.</summary>
    public static bool IsName(string chain) => Name().IsMatch(chain);

    /// <summary>Whether its time has not come: it would be younger than every chain until then.</summary>
    public static bool IsOfFuture(string chain, DateTimeOffset now) => IsYounger(chain, First(now, "~"));

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,80}\z")]
    private static partial Regex Name();

    private static string Letters(string text, int most)
    {
        var letters = string.Concat(text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-'));
        return letters.Length > most ? letters[..most] : letters;
    }
}
