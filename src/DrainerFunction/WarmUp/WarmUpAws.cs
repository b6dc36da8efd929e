using System.Text;

namespace DrainerFunction.WarmUp;

/// <summary>AWS as a warm-up needs it: the answers to the calls of one drain, in the protocols of the services. Nothing leaves the process.</summary>
internal sealed class WarmUpAws(TimeProvider time) : HttpMessageHandler
{
    private const string Cluster = """{"cluster":{"name":"warm-up","endpoint":"https://warm-up.invalid","status":"ACTIVE","certificateAuthority":{"data":""} } }""";
    private const string Visible = """{"Successful":[{"Id":"0"},{"Id":"1"}],"Failed":[]}""";
    private const string Done = """<Response xmlns="urn:r"><ResponseMetadata><RequestId>warm-up</RequestId></ResponseMetadata></Response>""";

    private const string State = $"""
        <Response xmlns="urn:r"><DescribeAutoScalingInstancesResult><AutoScalingInstances><member><InstanceId>{WarmUpDrain.InstanceId}</InstanceId><AutoScalingGroupName>warm-up</AutoScalingGroupName>
        <LifecycleState>Terminating:Wait</LifecycleState></member></AutoScalingInstances></DescribeAutoScalingInstancesResult></Response>
        """;

    private const string Hooks = """
        <Response xmlns="urn:r"><DescribeLifecycleHooksResult><LifecycleHooks><member><LifecycleHookName>warm-up</LifecycleHookName><LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition>
        <HeartbeatTimeout>3600</HeartbeatTimeout><GlobalTimeout>7200</GlobalTimeout><DefaultResult>CONTINUE</DefaultResult></member></LifecycleHooks></DescribeLifecycleHooksResult></Response>
        """;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        bool Is(string action) => asked.Contains($"Action={action}&", StringComparison.Ordinal);
        var answer = asked is "" ? Cluster
            : asked.StartsWith('{') ? Visible
            : Is("DescribeInstances") ? Instance()
            : Is("DescribeAutoScalingInstances") ? State
            : Is("DescribeLifecycleHooks") ? Hooks
            : Done;
        return new() { RequestMessage = request, Content = new StringContent(answer, Encoding.UTF8, answer.StartsWith('<') ? "text/xml" : "application/json") };
    }

    private string Instance() => $"""
        <Response xmlns="urn:r"><reservationSet><item><instancesSet><item><instanceId>{WarmUpDrain.InstanceId}</instanceId><instanceState><name>running</name></instanceState>
        <privateDnsName>{WarmUpCluster.NodeName}</privateDnsName><instanceLifecycle>spot</instanceLifecycle><launchTime>{time.GetUtcNow().AddDays(-1):yyyy-MM-ddTHH:mm:ssZ}</launchTime>
        <tagSet><item><key>eks:cluster-name</key><value>warm-up</value></item><item><key>aws-node-termination-handler/managed</key><value></value></item></tagSet></item></instancesSet></item></reservationSet></Response>
        """;
}
