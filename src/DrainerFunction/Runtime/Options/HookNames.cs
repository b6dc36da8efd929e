using System.IO.Enumeration;

namespace DrainerFunction.Runtime.Options;

/// <summary>Which lifecycle hooks the function extends and completes; `*` stands for any characters, `!` in front excludes.</summary>
internal sealed class HookNames
{
    private readonly string[] included;
    private readonly string[] excluded;

    private HookNames(IReadOnlyList<string> patterns, bool named)
    {
        excluded = [.. from pattern in patterns where pattern.StartsWith('!') select pattern[1..]];
        included = [.. from pattern in patterns where !pattern.StartsWith('!') select pattern];
        included = included is [] ? ["*"] : included;
        AreNamed = named;
    }

    /// <summary>All but those of EKS managed node groups and of ECS capacity providers.</summary>
    public static HookNames Default { get; } = new(["!Terminate-LC-Hook", "!Launch-LC-Hook", "!ecs-managed-*"], named: false);

    public static HookNames Of(IReadOnlyList<string> patterns) => new(patterns, named: true);

    /// <summary>The setting says which.</summary>
    public bool AreNamed { get; }

    public bool IsOurs(string hookName) => included.Any(Matches(hookName)) && !excluded.Any(Matches(hookName));

    /// <summary>The function's because the setting says so, not for lack of a setting: only then may a sweep act without a message.</summary>
    public bool IsNamed(string hookName) => AreNamed && IsOurs(hookName) && included.Any(pattern => pattern.Trim('*') is not "" && Matches(hookName)(pattern));

    public override string ToString() => string.Join(',', [.. included, .. excluded.Select(pattern => $"!{pattern}")]);

    private static Func<string, bool> Matches(string hookName) =>
        pattern => FileSystemName.MatchesSimpleExpression(pattern, hookName, ignoreCase: false);
}
