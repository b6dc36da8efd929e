using DrainerFunction.Aws.AutoScaling;
using DrainerFunction.Aws.CloudWatch;
using DrainerFunction.Aws.EC2;
using DrainerFunction.Aws.EKS;
using DrainerFunction.Aws.EventBridge;
using DrainerFunction.Aws.Lambda;

namespace DrainerFunction.Aws;

/// <summary>Makes the clients of an account and region when they are first asked for.</summary>
internal sealed class AwsClients(AwsConnection connection, OwnAccount own, AssumedRole? role, TimeProvider time) : IAwsClients
{
    private readonly Dictionary<AwsScope, AwsRegion> _regions = [];

    public long CallsThrottled => connection.CallsThrottled;

    public AwsRegion In(AwsScope scope) => _regions.TryGetValue(scope, out var known) ? known : _regions[scope] = Make(scope);

    private AwsRegion Make(AwsScope scope)
    {
        var credentials = new RoleCredentials(scope, own, connection, role, new(time), time);
        var calls = new AwsCalls(time, credentials);
        return new(
            new Instances(new(() => new AmazonEC2Client(credentials, connection.Set(AmazonEC2Client.NewConfig(), scope.Region))), calls),
            new AutoScalingGroups(new(() => new AmazonAutoScalingClient(credentials, connection.Set(AmazonAutoScalingClient.NewConfig(), scope.Region))), calls),
            new EksClusters(new(() => new AmazonEKSClient(credentials, connection.Set(AmazonEKSClient.NewConfig(), scope.Region))), calls),
            new ClusterTokens(credentials, scope.Region, calls, time),
            new EventSources(new(() => new AmazonLambdaClient(credentials, connection.Set(AmazonLambdaClient.NewConfig(), scope.Region))), calls),
            new EventRules(new(() => new AmazonEventBridgeClient(credentials, connection.Set(AmazonEventBridgeClient.NewConfig(), scope.Region))), calls),
            new Alarms(new(() => new AmazonCloudWatchClient(credentials, connection.Set(AmazonCloudWatchClient.NewConfig(), scope.Region))), calls));
    }
}
