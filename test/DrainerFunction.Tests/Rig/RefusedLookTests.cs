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

    public static TheoryData<string, bool> Refusals()
    {
        var refusals = new TheoryData<string, bool>();
        foreach (var refusal in new[] { "throttle", "denied", "unavailable" })
        {
            refusals.Add(refusal, true);
            refusals.Add(refusal, false);
        }

        return refusals;
    }

    // On a first look nothing is begun before AWS has answered; later the budget is let go while AWS refuses, and the drain does not wait for it.
    private static string Story(string refusal, string call, bool isFirst, string machines, string happens) => $$"""
        name: refused
        limit: 40m
        clusters: [{ name: shop }]
        {{machines}}
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
        {{(isFirst ? "" : "budgets: [{ name: web, of: web, min-available: \"2\" }]")}}
        events:
          - { at: {{(isFirst ? "0s" : "60s")}}, fault: { kind: {{refusal}}, service: {{call.Split('/')[0]}}, operation: {{call.Split('/')[1]}}, for: {{(isFirst ? "6m" : "20m")}} } }
          - { at: 1s, {{happens}} }
          - { at: 5m, scale: { workload: web, replicas: 4 } }
        expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 2 }, {{(isFirst ? "not-before: 6m" : "within: 8m")}} }
        """;

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_scheduled_change_is_drained_for_when_its_status_can_be_read_and_once_begun_without(string refusal, bool isFirst)
    {
        using var run = Rehearsal.PlayedWell(Story(refusal, "ec2/DescribeInstanceStatus", isFirst, "instances: [{ name: victim }, { name: refuge }]", "maintenance: { instance: victim, in: 30m }"));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_recommendation_is_drained_for_when_its_group_can_be_asked_and_once_begun_without(string refusal, bool isFirst)
    {
        using var run = Rehearsal.PlayedWell(Story(
            refusal, "autoscaling/DescribeAutoScalingGroups", isFirst, "groups: [{ name: workers, cluster: shop, spot: true, capacity-rebalance: true, instances: [victim, refuge] }]", "rebalance: victim }\n  - { at: 0s, suspend: { group: workers, process: Launch }"));
    }

    // The Spot request of a warning that is young is not needed; a late one is looked at until EC2 answers.
    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_late_warning_waits_for_its_Spot_request_and_a_young_one_does_not(string refusal, bool isLate)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: refused-request
            limit: 40m
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true, goes-in: 15s }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, grace: 10s, stops-in: 2s, starts-in: 1s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events:
              - { at: 0s, fault: { kind: {{refusal}}, service: ec2, operation: DescribeSpotInstanceRequests, for: 6m } }
              - { at: 1s, spot: victim, {{(isLate ? "late: 3m, ends-late: 8m" : "ends-late: 0s")}} }
            expect: { nodes: { victim: drained, refuge: untouched }, budgets-bypassed: 1, {{(isLate ? "not-before: 6m" : "within: 3m")}} }
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
