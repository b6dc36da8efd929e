using System.Globalization;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>The flat parameters of the Query protocols: <c>InstanceId.1</c>, <c>Filter.2.Value.1</c>, <c>Tags.member.1.Key</c>.</summary>
internal sealed class QueryParameters
{
    public static readonly QueryParameters None = new([]);
    private readonly Dictionary<string, string> _values;

    private QueryParameters(Dictionary<string, string> values) => _values = values;

    public static QueryParameters Parse(string encoded, QueryParameters? before = null)
    {
        var values = new Dictionary<string, string>(before?._values ?? []);
        foreach (var (name, value) in Pairs(encoded))
        {
            values[name] = value;
        }

        return new(values);
    }

    /// <summary>Decoded pairs in their order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(string encoded) =>
        from part in encoded.Split('&', StringSplitOptions.RemoveEmptyEntries)
        let pair = part.Split('=', 2)
        select KeyValuePair.Create(Decode(pair[0]), pair.Length == 2 ? Decode(pair[1]) : "");

    public string? this[string name] => _values.GetValueOrDefault(name);

    public string Required(string name) => this[name] ?? throw AwsError.Missing(name);

    public int? Number(string name) => this[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw AwsError.Validation($"Value ({text}) for parameter {name} is invalid.");

    public bool? Flag(string name) => this[name] is { } text ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : null;

    public TimeSpan? Seconds(string name) => Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary><c>name.1</c>, <c>name.2</c>, …, or with <c>member.</c> between.</summary>
    public IReadOnlyList<string> List(string name) => [.. Groups(name).Select(group => group[""]).OfType<string>()];

    /// <summary>The structures of a list; the value itself, where it is no structure, under the empty name.</summary>
    public IReadOnlyList<QueryParameters> Groups(string name)
    {
        var indexed = from pair in _values
                      where pair.Key.StartsWith(name + ".", StringComparison.Ordinal)
                      let rest = pair.Key[(name.Length + 1)..]
                      let inner = rest.StartsWith("member.", StringComparison.Ordinal) ? rest["member.".Length..] : rest
                      let parts = inner.Split('.', 2)
                      where int.TryParse(parts[0], CultureInfo.InvariantCulture, out _)
                      select (Index: int.Parse(parts[0], CultureInfo.InvariantCulture), Name: parts.Length == 2 ? parts[1] : "", pair.Value);
        return [.. indexed.GroupBy(entry => entry.Index).OrderBy(group => group.Key)
            .Select(group => new QueryParameters(group.ToDictionary(entry => entry.Name, entry => entry.Value)))];
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
