using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Continuations;

/// <summary>
/// The name of a chain of messages. Ordinal order is age: of two chains of one instance the greater one is the younger and
/// goes on, so that duplicates come together again at their next hop instead of forking.
/// </summary>
[JsonConverter(typeof(ChainConverter))]
internal readonly partial record struct Chain(string Name) : IComparable<Chain>
{
    /// <summary>Below every real chain: a cordon alone takes no drain over.</summary>
    public static readonly Chain None = new("0");

    // How long the milliseconds are that each real name begins with.
    private const int TimeDigits = 13;

    /// <summary>The chain that a message of AWS's begins; its redelivery begins the same one.</summary>
    public static Chain First(DateTimeOffset sentAt, string messageId) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Math.Max(0, sentAt.ToUnixTimeMilliseconds()):D13}-{Letters(messageId, 36)}.000000"));

    public static Chain Youngest(IEnumerable<Chain> chains) => chains.Max();

    /// <summary>Null for what cannot be the name of a chain, in a message or in an annotation.</summary>
    public static Chain? Read(string? text) => new Chain(text ?? "") is { IsName: true } chain ? chain : null;

    /// <summary>What all hops of a chain have in common: it names the drain.</summary>
    public Chain Root => new(Name.Split('.')[0]);

    public bool IsName => Form().IsMatch(Name);

    /// <summary>The same chain one hop on. Two copies of one message hop to two different names, one of them the younger.</summary>
    /// <param name="attempt">Counted over all hops.</param>
    /// <param name="requestId">The invocation that sends it on.</param>
    public Chain Hop(int attempt, string requestId) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Root}.{attempt:D6}.{Letters(requestId, 8)}"));

    /// <summary>This chain under a name younger than <paramref name="other"/>: it takes that one's work over.</summary>
    public Chain After(Chain other)
    {
        if (IsYoungerThan(other))
        {
            return this;
        }

        var time = long.TryParse(other.Name.AsSpan(0, Math.Min(TimeDigits, other.Name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : 0;
        return new(string.Create(CultureInfo.InvariantCulture, $"{time + 1:D13}{(Name.Length > TimeDigits ? Name[TimeDigits..] : "-" + Name)}"));
    }

    public bool IsYoungerThan(Chain other) => CompareTo(other) > 0;

    /// <summary>Whether its time has not come: it would be younger than every chain until then.</summary>
    public bool IsOfFuture(DateTimeOffset now) => IsYoungerThan(First(now, "~"));

    public int CompareTo(Chain other) => string.CompareOrdinal(Name, other.Name);

    public override string ToString() => Name;

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,80}\z")]
    private static partial Regex Form();

    private static string Letters(string text, int most)
    {
        var letters = string.Concat(text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-'));
        return letters.Length > most ? letters[..most] : letters;
    }
}

/// <summary>A chain in the annotation is its name.</summary>
internal sealed class ChainConverter : JsonConverter<Chain>
{
    public override Chain Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String ? new(reader.GetString()!) : throw new JsonException("A chain is not a string.");

    public override void Write(Utf8JsonWriter writer, Chain value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}
