using System.Text.RegularExpressions;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>EC2's instance ids: of 8 hexadecimal digits until 2016, of 17 since.</summary>
internal static partial class InstanceIds
{
    /// <summary>The id in a text that is one or that is an instance's ARN; null in any other.</summary>
    public static string? In(string text) => Pattern().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    /// <summary>Whether the text wants to be an instance at all; Health also names hosts, volumes and accounts.</summary>
    public static bool IsMeantBy(string text) => text.StartsWith("i-", StringComparison.Ordinal) || text.Contains(":instance/", StringComparison.Ordinal);

    [GeneratedRegex(@"^(arn:aws[a-z-]*:ec2:[a-z0-9-]*:[0-9]*:instance/)?(?<id>i-([0-9a-f]{8}|[0-9a-f]{17}))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
