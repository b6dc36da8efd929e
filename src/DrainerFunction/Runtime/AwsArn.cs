namespace DrainerFunction.Runtime;

/// <summary>The parts of <c>arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE</c> that events need.</summary>
internal static class AwsArn
{
    public static string? RegionOf(string? arn) =>
        arn?.Split(':', 6) is ["arn", _, _, var region, _, _] && AwsIdentifiers.IsRegion(region) ? region : null;
}
