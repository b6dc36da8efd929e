using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime;

/// <summary>What AWS gives as the ids of its things; each form is written down here and nowhere else.</summary>
internal static partial class AwsIdentifiers
{
    /// <summary>EC2's instance ids: of 8 hexadecimal digits until 2016, of 17 since.</summary>
    public static bool IsInstanceId(string text) => InstanceId().Match(text) is { Success: true } match && match.Groups["id"].Index == 0;

    /// <summary>The id in a text that is one or that is an instance's ARN; null in any other.</summary>
    public static string? InstanceIdIn(string text) => InstanceId().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    /// <summary>A name as AWS allows it: at most 255 characters, none of them a control character.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 255 && !text.Any(char.IsControl);

    public static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    /// <summary>Such as us-east-1, us-gov-west-1, eusc-de-east-1. A region becomes part of a host name, so what is none must go no further.</summary>
    public static bool IsRegion(string text) => Region().IsMatch(text);

    /// <summary>The region of <c>arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE</c>; null where there is none.</summary>
    public static string? RegionIn(string? arn) => arn?.Split(':', 6) is ["arn", _, _, var region, _, _] && IsRegion(region) ? region : null;

    /// <summary><c>arn:aws:sqs:eu-west-1:123456789012:name</c>. Its region becomes part of a host name, so what is none must go no further.</summary>
    public static bool IsQueue(string arn) => arn.Split(':') is ["arn", _, "sqs", var region, var account, { Length: > 0 }] && IsRegion(region) && IsAccount(account);

    public static bool IsCapacityReservationId(string text) => CapacityReservation().IsMatch(text);

    /// <summary>The unique id of a role (AROA…) or a user (AIDA…), which no name can be made to equal.</summary>
    public static bool IsPrincipalId(string text) => Principal().IsMatch(text);

    [GeneratedRegex(@"^(arn:aws[a-z-]*:ec2:[a-z0-9-]*:[0-9]*:instance/)?(?<id>i-([0-9a-f]{8}|[0-9a-f]{17}))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex InstanceId();

    [GeneratedRegex(@"^[a-z]{2,5}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Region();

    [GeneratedRegex(@"^cr-[0-9a-z]{8,32}\z")]
    private static partial Regex CapacityReservation();

    [GeneratedRegex(@"^A(ROA|IDA)[A-Z0-9]{12,124}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Principal();
}
