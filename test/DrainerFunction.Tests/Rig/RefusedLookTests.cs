namespace DrainerFunction.Rig;

/// <summary>What was begun goes on while AWS refuses to describe it, and what is new waits for the answer: no hook is lost meanwhile.</summary>
public sealed class RefusedLookTests
{
    public static TheoryData<string, string, bool> Looks()
    {
        var looks = new TheoryData<string, string, bool>();
        foreach (var call in new[] { "ec2/DescribeInstances", "autoscaling/DescribeAutoScalingInstances", "autoscaling/DescribeLifecycleHooks" })
        {
            foreach (var refusal in new[] { "throttle", "denied", "unavailable" })
            {
                looks.Add(call, refusal, true);
                looks.Add(call, refusal, false);
            }
        }

        return looks;
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public void A_termination_keeps_its_hook_of_two_minutes_for_six(string call, string refusal, bool isFirst)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: refused-look
            limit: 40m
            function: { environment: { LIFECYCLE_HOOKS: node-drainer } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 120s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events:
              - { at: 1s, scale-in: victim }
              - { at: {{(isFirst ? "0s" : "60s")}}, fault: { kind: {{refusal}}, service: {{call.Split('/')[0]}}, operation: {{call.Split('/')[1]}}, for: 6m } }
              - { at: 20m, scale: { workload: web, replicas: 4 } }
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 20m }
            """);
    }

    [Theory]
    [InlineData("throttle")]
    [InlineData("denied")]
    [InlineData("unavailable")]
    public void A_scheduled_change_is_drained_for_when_its_status_can_be_read_again(string refusal)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: refused-status
            limit: 40m
            clusters: [{ name: shop }]
            instances: [{ name: victim }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events:
              - { at: 0s, fault: { kind: {{refusal}}, service: ec2, operation: DescribeInstanceStatus, for: 6m } }
              - { at: 1s, maintenance: { instance: victim, in: 30m } }
            expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 2 }, not-before: 6m }
            """);
    }

    // The first invocation's chain is remembered by no message that comes fresh: the annotation of the node is.
    [Fact]
    public void The_annotation_of_its_node_is_enough_to_go_on_with_a_fresh_message()
    {
        using var run = Rehearsal.PlayedWell("""
            name: annotation-alone
            limit: 60m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 600s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, min-available: "2" }]
            events:
              - { at: 1s, scale-in: victim }
              - { at: 30s, fault: { kind: denied, service: ec2, operation: DescribeInstances, for: 30m } }
              - at: 40s
                message: { body: '{"version":"0","id":"4f0c7cbb-8c37-4e2d-9f43-0a8a1b1d1f11","source":"aws.autoscaling","detail-type":"EC2 Instance-terminate Lifecycle Action","account":"{account}","region":"{region}","time":"{now}","resources":[],"detail":{"LifecycleHookName":"node-drainer","AutoScalingGroupName":"workers","EC2InstanceId":"{instance:victim}","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING"}}' }
              - { at: 5m, scale: { workload: web, replicas: 4 } }
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-in-logs: ["Deferred Termination"] }
            """);
    }
}
