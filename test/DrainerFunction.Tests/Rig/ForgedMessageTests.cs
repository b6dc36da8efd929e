
namespace DrainerFunction.Rig;

/// <summary>What is forged or foreign touches neither node nor hook, and the log says why; what is true is believed although AWS lags.</summary>
public sealed class ForgedMessageTests
{
    private const string World = """
        name: forged
        limit: 30m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 1200s }, { name: other, heartbeat: 120s }], GROUP }
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        """;

    private const string SpotWarning = "\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Spot Instance Interruption Warning\",\"detail\":{\"instance-id\":\"{instance:victim}\",\"instance-action\":\"terminate\"}";
    private const string Stopping = "\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance State-change Notification\",\"detail\":{\"instance-id\":\"{instance:victim}\",\"state\":\"stopping\"}";
    private const string Termination = "\"source\":\"aws.autoscaling\",\"detail-type\":\"EC2 Instance-terminate Lifecycle Action\",\"detail\":{\"EC2InstanceId\":\"{instance:victim}\",\"AutoScalingGroupName\":\"workers\",\"LifecycleHookName\":\"drain\",\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_TERMINATING\"}";

    [Theory]
    [InlineData(SpotWarning, "{account}", "{region}", "", "EC2 reports that it is not a Spot instance")]
    [InlineData(Stopping, "{account}", "{region}", "", "EC2 reports the instance as Running")]
    [InlineData(Termination, "{account}", "{region}", "", "Auto Scaling reports it as InService")]
    [InlineData(SpotWarning, "999999999999", "{region}", "spot: true", "account 999999999999 is not listed in ACCOUNTS")]
    [InlineData(SpotWarning, "{account}", "us-east-1", "spot: true", "region us-east-1 is not listed in REGIONS")]
    [InlineData(SpotWarning, "{account}", "{region}", "spot: true, tags: { eks:cluster-name: bank }", "its tag names cluster bank, which CLUSTER_NAME does not list")]
    [InlineData(SpotWarning, "{account}", "{region}", "spot: true, tags: { karpenter.sh/nodepool: default }", "it is managed by Karpenter")]
    [InlineData(SpotWarning, "{account}", "{region}", "spot: true, managed: false", "it does not carry the tag aws-node-termination-handler/managed")]
    public void It_touches_neither_the_node_nor_the_hook_and_the_log_says_why(string body, string account, string region, string group, string why)
    {
        var message = $$"""{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","time":"{now}","account":"{{account}}","region":"{{region}}","resources":[],{{body}}}""";
        Play(
            World.Replace(", GROUP", group.Length > 0 ? $", {group}" : "", StringComparison.Ordinal),
            $"events: [{{ at: 1s, message: {{ queue: NormalQueue, body: '{message}' }} }}]",
            $"expect: {{ nodes: {{ victim: untouched, refuge: untouched }}, hooks: {{ victim: untouched }}, logs: [\"{why}\"], not-before: 4m }}");
    }

    [Fact]
    public void A_hook_that_is_not_ours_is_neither_kept_nor_answered() => Play(
        World.Replace(", GROUP", "", StringComparison.Ordinal),
        "function: { parameters: { LifecycleHooks: drain } }\nevents: [{ at: 1s, scale-in: victim }]",
        "expect: { nodes: { victim: drained }, hooks: { victim/drain: continued, victim/other: timed-out }, logs: [\"lifecycle hook other does not match LIFECYCLE_HOOKS\"] }");

    [Theory]
    [InlineData("scale-in: victim", "")]
    [InlineData("spot: victim", "spot: true")]
    public void A_true_one_is_drained_although_aws_answers_thirty_seconds_late(string happening, string group)
    {
        var grouped = World.Replace(", GROUP", group.Length > 0 ? $", {group}" : "", StringComparison.Ordinal);
        Play(grouped, $"events: [{{ at: 0s, fault: {{ kind: lag, for: 30s }} }}, {{ at: 1s, {happening} }}]", "expect: { nodes: { victim: drained, refuge: untouched } }");
    }

    // By the time AWS says so the machine is off: its pods are asked to go once, so that they are replaced at once. Of a stopped
    // one they stay in the cluster's list, for no kubelet ends them.
    [Theory]
    [InlineData("stop: victim", "refuge: untouched")]
    [InlineData("terminate: victim", "victim: drained, refuge: untouched")]
    public void A_machine_on_its_way_down_is_acted_on_although_aws_says_so_thirty_seconds_late(string happening, string nodes) => Play(
        World[..World.IndexOf("groups:", StringComparison.Ordinal)] + "instances: [{ name: victim }, { name: refuge }]\nworkloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]",
        $"events: [{{ at: 0s, fault: {{ kind: lag, for: 30s }} }}, {{ at: 1s, {happening} }}]",
        $"expect: {{ nodes: {{ {nodes} }}, evictions: {{ web: 2 }}, cordoned-within: {{ victim: 35s }}, died-without-grace: 2 }}");

    private static void Play(string world, string events, string expect)
    {
        using var run = Rehearsal.PlayedWell($"{world}\n{events}\n{expect}");
    }
}
