using DrainerFunction.Aws.Pipeline;

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
        AwsService Service(string serviceId, string endpointPrefix, string apiVersion) =>
            new(calls, () => new(credentials, connection.Set(PipelineConfig.For(serviceId, endpointPrefix, apiVersion), scope.Region)));
        return new(
            new Instances(Service("EC2", "ec2", "2016-11-15")),
            new AutoScalingGroups(Service("Auto Scaling", "autoscaling", "2011-01-01")),
            new EksClusters(Service("EKS", "eks", "2017-11-01")),
            new ClusterTokens(credentials, scope.Region, calls, time),
            new EventSources(Service("Lambda", "lambda", "2015-03-31")),
            new EventRules(Service("EventBridge", "events", "2015-10-07")),
            new Alarms(Service("CloudWatch", "monitoring", "2010-08-01")));
    }
}
