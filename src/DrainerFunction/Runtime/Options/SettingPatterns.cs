using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime.Options;

/// <summary>What AWS and Kubernetes allow as the names of their things.</summary>
internal static partial class SettingPatterns
{
    [GeneratedRegex(@"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}\z")]
    public static partial Regex ClusterName();

    [GeneratedRegex(@"^[^=].{0,383}\z")]
    public static partial Regex Tag();

    [GeneratedRegex(@"^!?[A-Za-z0-9_/*?-]{1,255}\z")]
    public static partial Regex HookName();

    [GeneratedRegex(@"^([\w+=,.@-]+/)*[\w+=,.@-]{1,64}\z", RegexOptions.ExplicitCapture | RegexOptions.ECMAScript)]
    public static partial Regex RoleName();

    [GeneratedRegex(@"^[\w+=,.@:/-]{2,1224}\z", RegexOptions.ECMAScript)]
    public static partial Regex ExternalId();

    [GeneratedRegex(@"^https?://[A-Za-z0-9.\[\]:-]+(/[!-~]*)?\z", RegexOptions.ExplicitCapture)]
    public static partial Regex HttpUrl();

    [GeneratedRegex(@"^[A-Za-z0-9_.:/-]{1,2048}\z")]
    public static partial Regex ParameterName();

    [GeneratedRegex(@"^(?!AWS/)[A-Za-z0-9._/#: -]{1,255}\z")]
    public static partial Regex MetricsNamespace();

    [GeneratedRegex(@"^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?=.*\z", RegexOptions.ExplicitCapture)]
    public static partial Regex Annotation();
}
