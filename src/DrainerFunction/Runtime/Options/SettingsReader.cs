using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime.Options;

/// <summary>
/// Reads environment variables as the types they stand for. What is not allowed is remembered, so that the operator learns
/// of every mistake at once; letter case does not count.
/// </summary>
internal sealed class SettingsReader(EnvironmentVariables variables)
{
    private readonly List<string> problems = [];

    public EnvironmentVariables Variables => variables;

    public IReadOnlyList<string> Problems => problems;

    public bool Has(string name) => variables.Given.Contains(name, StringComparer.OrdinalIgnoreCase);

    public void Refuse(string problem) => problems.Add(problem);

    public bool Flag(string name, bool fallback, string? alias = null) =>
        Choice(name, fallback, [("true", true), ("false", false)], [("1", true), ("0", false), ("t", true), ("f", false)], alias);

    /// <param name="words">What is allowed, and said to be.</param>
    /// <param name="synonyms">What is understood besides.</param>
    /// <param name="alias">An older name.</param>
    public T Choice<T>(string name, T fallback, IReadOnlyList<(string Word, T Meaning)> words, IReadOnlyList<(string Word, T Meaning)>? synonyms = null, string? alias = null)
    {
        if (variables.Find(name, alias) is not var (used, value))
        {
            return fallback;
        }

        foreach (var (word, meaning) in words.Concat(synonyms ?? []))
        {
            if (word.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        Refuse(used, value, string.Join(", ", words.Select(word => word.Word)));
        return fallback;
    }

    /// <summary>Whole seconds; -1 is the default, as it is in the Node Termination Handler.</summary>
    public TimeSpan Seconds(string name, TimeSpan fallback, int least, int most, string? alias = null) =>
        Number(name, least, most, -1, $"-1 for the default of {fallback.TotalSeconds}", alias) is >= 0 and var seconds ? TimeSpan.FromSeconds(seconds) : fallback;

    /// <summary>Whole seconds; null at and below <paramref name="off"/>.</summary>
    public TimeSpan? OptionalSeconds(string name, TimeSpan? fallback, int least, int most, int off, string meaning, string? alias = null) =>
        Number(name, least, most, off, $"{off} for {meaning}", alias) switch
        {
            null => fallback,
            var seconds when seconds <= off => null,
            var seconds => TimeSpan.FromSeconds(seconds.Value),
        };

    public string? Text(string name, Regex pattern, string allowed, string? alias = null)
    {
        if (variables.Find(name, alias) is not var (used, value))
        {
            return null;
        }

        if (pattern.IsMatch(value))
        {
            return value;
        }

        Refuse(used, value, allowed);
        return null;
    }

    /// <summary>Text that is never shown, because of what it may hold.</summary>
    public T? Secret<T>(string name, Func<string, T?> read, string allowed)
        where T : class
    {
        if (variables.Find(name, olderName: null) is not var (_, value))
        {
            return null;
        }

        var secret = read(value);
        if (secret is null)
        {
            problems.Add($"{name} cannot be used (its value is not shown); allowed is {allowed}.");
        }

        return secret;
    }

    /// <summary>Parts between commas; empty ones do not count, and equal ones count once.</summary>
    public IReadOnlyList<string> List(string name, Func<string, bool> isPart, string allowed) =>
        [.. Parts(name, part => isPart(part) ? part : null, allowed).Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<T> Parts<T>(string name, Func<string, T?> read, string allowed)
    {
        if (variables.Find(name, olderName: null) is not var (_, value))
        {
            return [];
        }

        var parts = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var meanings = parts.Select(read).ToList();
        foreach (var (part, _) in parts.Zip(meanings).Where(pair => pair.Second is null))
        {
            Refuse(name, part, allowed);
        }

        return [.. meanings.OfType<T>()];
    }

    private long? Number(string name, int least, int most, int off, string otherwise, string? alias)
    {
        if (variables.Find(name, alias) is not var (used, value))
        {
            return null;
        }

        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && (number <= off || (number >= least && number <= most)))
        {
            return number;
        }

        Refuse(used, value, $"a whole number of seconds from {least} to {most}, or {otherwise}");
        return null;
    }

    private void Refuse(string name, string value, string allowed) => problems.Add($"{name} is '{value}'; allowed is {allowed}.");
}
