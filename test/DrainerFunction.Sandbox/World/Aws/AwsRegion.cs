namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>One region of one account: the services that the function meets.</summary>
internal sealed class AwsRegion
{
    public AwsRegion(SimulatedWorld world, string account, string region, AwsCloud cloud)
    {
        (World, Account, Name, Cloud) = (world, account, region, cloud);
        Sqs = new(this);
        Events = new(this);
        Ec2 = new(this);
        AutoScaling = new(this);
        Eks = new(this);
        Sts = new(this);
        Ssm = new(this);
        CloudWatch = new(this);
        Rates = new(this);
    }

    public SimulatedWorld World { get; }

    public AwsCloud Cloud { get; }

    public string Account { get; }

    /// <summary>As in eu-west-1.</summary>
    public string Name { get; }

    public string Partition => Name.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
        : Name.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";

    public string DnsSuffix => Partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

    public Sqs Sqs { get; }

    public Ec2 Ec2 { get; }

    public AutoScaling AutoScaling { get; }

    public EventBridge Events { get; }

    public Eks Eks { get; }

    public Sts Sts { get; }

    public Ssm Ssm { get; }

    public CloudWatch CloudWatch { get; }

    public ApiRates Rates { get; }

    /// <summary>An ARN of this region and account.</summary>
    public string Arn(string service, string resource) => $"arn:{Partition}:{service}:{Name}:{Account}:{resource}";
}
