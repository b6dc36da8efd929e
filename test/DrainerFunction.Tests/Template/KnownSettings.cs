using System.Reflection;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction;

/// <summary>The names that the function asks its environment for.</summary>
internal static class KnownSettings
{
    public static IReadOnlySet<string> All => Read([]).Asked;

    /// <summary>Those that a newer name beats when both are set.</summary>
    public static IReadOnlyList<string> Older => Read(All).Superseded;

    private static EnvironmentVariables Read(IEnumerable<string> set)
    {
        var variables = new EnvironmentVariables(set.ToDictionary(name => name, _ => "x"));
        foreach (var section in typeof(OptionsFromEnvironment).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            section.Invoke(null, [new SettingsReader(variables), new DrainerOptions()]);
        }

        return variables;
    }
}
