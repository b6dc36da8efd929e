using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime;

/// <summary>The parts of <c>arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE</c> that events need.</summary>
internal static partial class AwsArn
{
    public static string? RegionOf(string? arn) =>
        arn?.Split(':', 6) is ["arn", _, _, var region, _, _] && IsRegion(region) ? region : null;

    public static bool IsRegion(string text) => RegionName().IsMatch(text);

    // us-east-1, us-gov-west-1, eusc-de-east-1, mx-central-1
    [GeneratedRegex(@"^[a-z]{2,5}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\z")]
    private static partial Regex RegionName();
}
