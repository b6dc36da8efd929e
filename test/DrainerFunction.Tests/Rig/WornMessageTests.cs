namespace DrainerFunction.Rig;

/// <summary>Messages that come two weeks late, with a token of no use, or for a hook that is deleted meanwhile: what AWS confirms now is done, and nothing else.</summary>
public sealed class WornMessageTests
{
    private const string TwoWeeksAgo = "2026-11-08T12:00:01Z";
    private const string Token = "87654321-4321-4321-4321-210987654321";

    [Theory]
    [InlineData(TwoWeeksAgo, Token)]
    [InlineData("{now}", "of-no-use")]
    public void A_hook_that_still_waits_is_answered_whatever_the_age_and_the_token_of_its_message(string time, string token)
    {
        using var run = Played(
            "function: { disabled-rules: [TerminationRule, StateChangeRule] }",
            $"{{ at: 1s, scale-in: victim }}, {Message("2s", Termination(time, token))}",
            "nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }");
    }

    [Fact]
    public void What_was_announced_two_weeks_ago_and_did_not_happen_touches_nothing()
    {
        using var run = Played(
            "",
            string.Join(", ", Message("1s", Ec2("EC2 Spot Instance Interruption Warning", ",\"instance-action\":\"terminate\"")), Message("2s", Ec2("EC2 Instance Rebalance Recommendation", "")), Message("3s", Termination(TwoWeeksAgo, Token))),
            "nodes: { victim: untouched, refuge: untouched }, hooks: { victim: untouched }, not-before: 6m");
    }

    // The hook is deleted while its node is drained: the group goes on, and the machine takes two pods with it.
    [Fact]
    public void Pods_whose_machine_went_during_the_drain_for_its_hook_are_told_as_missed_by_what_EC2_says_of_it()
    {
        using var run = Rehearsal.PlayedWell("""
            name: hook-gone
            limit: 60m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 30s, grace: 60s }]
            events: [{ at: 1s, scale-in: victim }, { at: 10s, delete-hook: { group: workers, hook: drain } }]
            expect: { nodes: { victim: drained, refuge: untouched }, died-without-grace: 2, logs: ["the instance ended before these pods did: default/web"] }
            """);

        Assert.Equal(2, run.Log.Split("\"Outcome\":\"DeadlineMissed\"").Length);
    }

    private static InProcessRun Played(string function, string events, string expect) => Rehearsal.PlayedWell($$"""
        name: worn
        limit: 60m
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        {{function}}
        events: [{{events}}]
        expect: { {{expect}} }
        """);

    private static string Message(string at, string body) => $"{{ at: {at}, message: {{ body: '{body}' }} }}";

    private static string Ec2(string type, string more) => Event(TwoWeeksAgo, "aws.ec2", type, $$"""{"instance-id":"{instance:victim}"{{more}}}""");

    private static string Termination(string time, string token) => Event(
        time,
        "aws.autoscaling",
        "EC2 Instance-terminate Lifecycle Action",
        $$"""{"EC2InstanceId":"{instance:victim}","AutoScalingGroupName":"workers","LifecycleHookName":"drain","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","LifecycleActionToken":"{{token}}"}""");

    private static string Event(string time, string source, string type, string detail) =>
        $$$"""{"version":"0","id":"e","time":"{{{time}}}","account":"{account}","region":"{region}","resources":[],"source":"{{{source}}}","detail-type":"{{{type}}}","detail":{{{detail}}}}""";
}
