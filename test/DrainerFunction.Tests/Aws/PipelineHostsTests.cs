using Amazon;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws;

/// <summary>The rows are what botocore resolves from the same rules.</summary>
public sealed class PipelineHostsTests
{
    [Theory]
    [InlineData("eks", "eu-west-1", false, false, "eks.eu-west-1.amazonaws.com")]
    [InlineData("eks", "eu-west-1", false, true, "eks.eu-west-1.api.aws")]
    [InlineData("eks", "us-east-1", true, false, "fips.eks.us-east-1.amazonaws.com")]
    [InlineData("eks", "us-east-1", true, true, "eks-fips.us-east-1.api.aws")]
    [InlineData("eks", "us-gov-west-1", true, false, "eks.us-gov-west-1.amazonaws.com")]
    [InlineData("eks", "us-gov-west-1", true, true, "eks-fips.us-gov-west-1.api.aws")]
    [InlineData("eks", "us-iso-east-1", true, false, "eks-fips.us-iso-east-1.c2s.ic.gov")]
    [InlineData("eks", "cn-north-1", false, false, "eks.cn-north-1.amazonaws.com.cn")]
    [InlineData("eks", "cn-north-1", false, true, "eks.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("eks", "eusc-de-east-1", false, false, "eks.eusc-de-east-1.amazonaws.eu")]
    [InlineData("eks", "eusc-de-east-1", false, true, "eks.eusc-de-east-1.api.amazonwebservices.eu")]
    [InlineData("autoscaling", "eu-west-1", false, false, "autoscaling.eu-west-1.amazonaws.com")]
    [InlineData("autoscaling", "eu-west-1", false, true, "autoscaling.eu-west-1.api.aws")]
    [InlineData("autoscaling", "us-east-1", true, false, "autoscaling-fips.us-east-1.amazonaws.com")]
    [InlineData("autoscaling", "us-east-1", true, true, "autoscaling-fips.us-east-1.api.aws")]
    [InlineData("autoscaling", "us-gov-west-1", true, false, "autoscaling.us-gov-west-1.amazonaws.com")]
    [InlineData("autoscaling", "us-gov-west-1", true, true, "autoscaling-fips.us-gov-west-1.api.aws")]
    [InlineData("ec2", "eu-west-1", false, false, "ec2.eu-west-1.amazonaws.com")]
    [InlineData("ec2", "eu-west-1", false, true, "ec2.eu-west-1.api.aws")]
    [InlineData("ec2", "us-east-1", true, false, "ec2-fips.us-east-1.amazonaws.com")]
    [InlineData("ec2", "us-east-1", true, true, "ec2-fips.us-east-1.api.aws")]
    [InlineData("ec2", "us-gov-west-1", true, false, "ec2.us-gov-west-1.amazonaws.com")]
    [InlineData("ec2", "us-gov-west-1", true, true, "ec2-fips.us-gov-west-1.api.aws")]
    [InlineData("ec2", "us-iso-east-1", true, false, "ec2-fips.us-iso-east-1.c2s.ic.gov")]
    [InlineData("ec2", "cn-north-1", false, true, "ec2.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("lambda", "eu-west-1", false, false, "lambda.eu-west-1.amazonaws.com")]
    [InlineData("lambda", "us-gov-west-1", true, false, "lambda-fips.us-gov-west-1.amazonaws.com")]
    [InlineData("lambda", "us-gov-west-1", true, true, "lambda-fips.us-gov-west-1.api.aws")]
    [InlineData("events", "us-east-1", true, false, "events-fips.us-east-1.amazonaws.com")]
    [InlineData("events", "us-gov-west-1", true, false, "events.us-gov-west-1.amazonaws.com")]
    [InlineData("events", "us-gov-west-1", true, true, "events.us-gov-west-1.api.aws")]
    [InlineData("monitoring", "eu-west-1", false, false, "monitoring.eu-west-1.amazonaws.com")]
    [InlineData("monitoring", "us-east-1", true, true, "monitoring-fips.us-east-1.api.aws")]
    [InlineData("monitoring", "us-gov-west-1", true, false, "monitoring.us-gov-west-1.amazonaws.com")]
    [InlineData("monitoring", "us-gov-west-1", true, true, "monitoring.us-gov-west-1.api.aws")]
    [InlineData("monitoring", "cn-north-1", false, false, "monitoring.cn-north-1.amazonaws.com.cn")]
    public void Each_service_is_called_where_its_own_model_says(string service, string region, bool isFips, bool isDualStack, string host) =>
        Assert.Equal(host, PipelineHosts.Of(service, RegionEndpoint.GetBySystemName(region), isFips, isDualStack));
}
