using Amazon;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>The hosts of the services that are called through the pipeline, as the endpoint rules of their models (endpoint-rule-set-1) have them.</summary>
internal static class PipelineHosts
{
    private const string Government = "aws-us-gov";

    private static readonly Dictionary<string, string> DualStackSuffixes = new(StringComparer.Ordinal)
    {
        ["aws"] = "api.aws",
        [Government] = "api.aws",
        ["aws-cn"] = "api.amazonwebservices.com.cn",
        ["aws-eusc"] = "api.amazonwebservices.eu",
        ["aws-iso"] = "api.aws.ic.gov",
        ["aws-iso-b"] = "api.aws.scloud",
        ["aws-iso-e"] = "api.cloud-aws.adc-e.uk",
        ["aws-iso-f"] = "api.aws.hci.ic.gov",
    };

    /// <param name="prefix">The service: <c>ec2</c>, <c>eks</c>, <c>autoscaling</c>, <c>lambda</c>, <c>events</c> or <c>monitoring</c>.</param>
    /// <param name="isFips">The host whose cryptography is validated.</param>
    /// <param name="isDualStack">The host with an IPv6 address.</param>
    public static string Of(string prefix, RegionEndpoint region, bool isFips, bool isDualStack) => (prefix, region.PartitionName, isFips, isDualStack) switch
    {
        ("events" or "monitoring", Government, _, true) => $"{prefix}.{region.SystemName}.{DualStackSuffixes[Government]}",
        (_, var partition, _, true) => $"{prefix}{(isFips ? "-fips" : "")}.{region.SystemName}.{DualStackSuffixes.GetValueOrDefault(partition, region.PartitionDnsSuffix)}",

        // There every host is validated; only Lambda has one of its own.
        (not "lambda", Government, true, _) => $"{prefix}.{region.SystemName}.{region.PartitionDnsSuffix}",
        ("eks", "aws", true, _) => $"fips.eks.{region.SystemName}.{region.PartitionDnsSuffix}",
        _ => $"{prefix}{(isFips ? "-fips" : "")}.{region.SystemName}.{region.PartitionDnsSuffix}",
    };
}
