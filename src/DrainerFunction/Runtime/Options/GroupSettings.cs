using System.Globalization;

namespace DrainerFunction.Runtime.Options;

/// <summary>
/// The settings of one instance: the stack's, unless a tag <c>node-drainer/NAME</c> says otherwise. The tag is the Auto Scaling
/// group's and reaches its instances by propagation, so that it comes with the instance's description.
/// </summary>
/// <param name="Options">What holds.</param>
/// <param name="FromTags">What tags say, as they say it.</param>
/// <param name="Problems">Tags that are not allowed as they are, each in a sentence; the stack's setting holds there.</param>
internal sealed record GroupSettings(DrainerOptions Options, IReadOnlyList<GroupSetting> FromTags, IReadOnlyList<string> Problems)
{
    private const string Prefix = "node-drainer/";

    // The closed list, and how each looks in an answer.
    private static readonly (string Name, Func<DrainerOptions, string> Value)[] All =
    [
        ("DRY_RUN", options => Word(options.DryRun)),
        ("ACTION_SPOT_RECLAIM", options => Word(options.ActionSpotReclaim)),
        ("ACTION_CAPACITY_RECLAIM", options => Word(options.ActionCapacityReclaim)),
        ("ACTION_TERMINATION", options => Word(options.ActionTermination)),
        ("ACTION_STATE_CHANGE", options => Word(options.ActionStateChange)),
        ("ACTION_SCHEDULED_CHANGE", options => Word(options.ActionScheduledChange)),
        ("ACTION_REBALANCE_RECOMMENDATION", options => Word(options.ActionRebalanceRecommendation)),
        ("ACTION_LAUNCH", options => Word(options.ActionLaunch)),
        ("MAX_DRAIN_DURATION", options => options.MaxDrainDuration.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        ("FORCE_BEFORE_DEADLINE", options => Word(options.ForceBeforeDeadline)),
    ];

    /// <summary>False while the tags could not be asked for: then it is not known whether this is a dry run.</summary>
    public bool AreKnown { get; init; } = true;

    public static IEnumerable<string> Names => All.Select(setting => setting.Name);

    public static GroupSettings Of(DrainerOptions stack, IReadOnlyDictionary<string, string>? tags)
    {
        var named = (tags ?? new Dictionary<string, string>())
            .Where(tag => tag.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            // In no order of EC2's: of two that differ in letter case alone the one in capitals counts.
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => (Name: tag.Key[Prefix.Length..].ToUpperInvariant(), tag.Key, Value: tag.Value.Trim()))
            .Where(tag => tag.Value is not "")
            .DistinctBy(tag => tag.Name)
            .ToList();
        var given = named.Where(tag => Names.Contains(tag.Name)).ToList();
        if (named is [])
        {
            return new(stack, [], []);
        }

        var reader = new SettingsReader(new(given.ToDictionary(tag => tag.Name, tag => tag.Value)));
        var options = OptionsFromEnvironment.PerGroup(reader, stack);
        return new(
            options,
            [.. from tag in given where !reader.Problems.Any(problem => problem.StartsWith($"{tag.Name} is ", StringComparison.Ordinal)) select new GroupSetting(tag.Name, tag.Value, $"tag {tag.Key}")],
            [
                .. reader.Problems.Select(problem => Prefix + problem),
                // The tag that marks instances may have the same prefix; a name in capitals is meant as a setting.
                .. from tag in named where !Names.Contains(tag.Name) && tag.Key[Prefix.Length..] == tag.Name select $"{tag.Key} is no setting that a tag can set; these are: {string.Join(", ", Names)}.",
            ]);
    }

    /// <summary>All that a tag can set, as it holds, and where it comes from.</summary>
    public IReadOnlyList<GroupSetting> Everything() =>
        [.. from setting in All select FromTags.FirstOrDefault(tag => tag.Name == setting.Name) ?? new(setting.Name, setting.Value(Options), "stack")];

    private static string Word<T>(T value)
        where T : notnull => value.ToString()!.ToLowerInvariant();
}

/// <param name="From">stack, or the tag.</param>
internal sealed record GroupSetting(string Name, string Value, string From);
