using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// EC2 Developer Guide, "Request throttling for the Amazon EC2 API": 100 and 20 a second for calls that change nothing, each
// operation by itself. AWS knowledge center, "autoscaling-api-calls-throttled": all calls of Auto Scaling share one bucket.
public sealed class ApiRateTests : IDisposable
{
    private readonly AwsRig _rig = new();

    [Theory]
    [InlineData("ec2", 100, 20, "RequestLimitExceeded", 503)]
    [InlineData("autoscaling", 20, 5, "Throttling", 400)]
    public void A_bucket_is_emptied_at_once_and_filled_by_the_second(string service, int burst, int perSecond, string code, int status)
    {
        Assert.Equal(burst, Taken(service, "DescribeThings"));
        _rig.Advance(1);
        Assert.Equal(perSecond, Taken(service, "DescribeThings"));

        var refused = Assert.Throws<AwsError>(() => _rig.Region.Rates.Take(service, "DescribeThings"));
        Assert.Equal((code, status), (refused.Code, refused.Status));
        _rig.Advance(3600);
        Assert.Equal(burst, Taken(service, "DescribeThings"));
    }

    [Fact]
    public void Each_operation_of_EC2_has_a_bucket_of_its_own_and_all_of_Auto_Scaling_have_one()
    {
        Assert.Equal((100, 100), (Taken("ec2", "DescribeInstances"), Taken("ec2", "DescribeInstanceStatus")));
        Assert.Equal((20, 0), (Taken("autoscaling", "DescribeLifecycleHooks"), Taken("autoscaling", "CompleteLifecycleAction")));
    }

    [Fact]
    public void Regions_and_accounts_do_not_share_them_and_other_services_have_none()
    {
        Taken("autoscaling", "DescribeLifecycleHooks");
        _rig.World.Aws.Region("210987654321").Rates.Take("autoscaling", "DescribeLifecycleHooks");
        Assert.Equal(1000, Taken("sqs", "SendMessage"));
    }

    public void Dispose() => _rig.Dispose();

    private int Taken(string service, string operation)
    {
        for (var taken = 0; ; taken++)
        {
            try
            {
                if (taken == 1000)
                {
                    return taken;
                }

                _rig.Region.Rates.Take(service, operation);
            }
            catch (AwsError)
            {
                return taken;
            }
        }
    }
}
