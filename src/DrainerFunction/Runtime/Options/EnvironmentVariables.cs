namespace DrainerFunction.Runtime.Options;

/// <summary>
/// The variables that are set, by names in any letter case; an empty one is not set. Remembers what it was asked for,
/// so that what was not asked for can be told apart.
/// </summary>
internal sealed class EnvironmentVariables
{
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> superseded = [];

    public EnvironmentVariables(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment.OrderBy(variable => variable.Key.Any(char.IsLower)))
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                values.TryAdd(name, value.Trim());
            }
        }
    }

    /// <summary>Every name that was looked for, older names included.</summary>
    public IReadOnlySet<string> Asked => asked;

    /// <summary>The names that are set.</summary>
    public IReadOnlyCollection<string> Given => values.Keys;

    /// <summary>Older names that were set beside the newer one, which wins.</summary>
    public IReadOnlyList<string> Superseded => superseded;

    public (string Name, string Value)? Find(string name, string? olderName)
    {
        asked.UnionWith(olderName is null ? [name] : [name, olderName]);
        var (newer, older) = (Value(name), Value(olderName));
        superseded.AddRange(newer is not null && older is var (overruled, _) ? [overruled] : []);
        return newer ?? older;
    }

    private (string Name, string Value)? Value(string? name) => name is not null && values.TryGetValue(name, out var value) ? (name, value) : null;
}
