namespace DrainerFunction.Rig;

/// <summary>Auto Scaling answers that no such lifecycle action is active: the wait is over only where it does not say of the instance that it waits.</summary>
public sealed class UnknownActionTests
{
    private const string Unknown = "fault: { kind: no-action, service: autoscaling, operation: CompleteLifecycleAction";

    // Each answer is asked for by token and by instance id: an invocation asks four times, and so the next one a minute later.
    [Theory]
    [InlineData("times: 1", 0)]
    [InlineData("times: 2", 1)]
    [InlineData("times: 4", 2)]
    [InlineData("times: 12", 6)]
    [InlineData("for: 10m", -1)]
    public void A_hook_that_is_unknown_when_it_is_answered_is_asked_again_while_Auto_Scaling_says_that_the_instance_waits(string lasts, int looks)
    {
        using var run = Played("node-drainer, heartbeat: 300s", $"{{ at: 0s, {Unknown}, {lasts} }} }}", "hooks: { victim: continued }");

        if (looks >= 0)
        {
            Assert.Equal(looks, Looks(run) - LooksWithoutTrouble());
        }
    }

    [Fact]
    public void A_hook_that_is_unknown_for_ever_is_given_up_once_it_can_wait_no_more()
    {
        using var run = Played(
            "node-drainer, heartbeat: 60s",
            $"{{ at: 0s, {Unknown} }} }}, {{ at: 0s, {Unknown.Replace("CompleteLifecycleAction", "RecordLifecycleActionHeartbeat", StringComparison.Ordinal)} }} }}",
            "hooks: { victim: timed-out }");
    }

    [Fact]
    public void A_hook_whose_heartbeats_are_unknown_is_answered_all_the_same()
    {
        using var run = Played(
            "node-drainer, heartbeat: 300s",
            $"{{ at: 0s, {Unknown}, times: 8 }} }}, {{ at: 0s, {Unknown.Replace("CompleteLifecycleAction", "RecordLifecycleActionHeartbeat", StringComparison.Ordinal)} }} }}",
            "hooks: { victim: continued }");
    }

    [Fact]
    public void With_several_hooks_of_a_transition_the_state_does_not_tell_whose_wait_it_is_and_an_unknown_one_is_over()
    {
        using var run = Played(
            "node-drainer, heartbeat: 60s }, { name: backup, heartbeat: 60s",
            $"{{ at: 0s, {Unknown}, for: 20s }} }}",
            "hooks: { victim/node-drainer: timed-out, victim/backup: timed-out }, logs: [the hook was no longer waiting]");
    }

    [Theory]
    [InlineData("throttle")]
    [InlineData("denied")]
    public void Where_the_look_is_refused_an_unknown_hook_is_over(string refusal)
    {
        using var run = Played(
            "node-drainer, heartbeat: 60s",
            $"{{ at: 0s, {Unknown}, for: 20s }} }}, {{ at: 2s, fault: {{ kind: {refusal}, service: autoscaling, operation: DescribeAutoScalingInstances }} }}",
            "hooks: { victim: timed-out }, logs: [the hook was no longer waiting]");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(60)]
    public void Of_two_invocations_that_answer_one_hook_the_second_finds_it_over_though_what_Auto_Scaling_describes_lags(int lag)
    {
        using var run = Rehearsal.PlayedWell(
            Scenario("node-drainer, heartbeat: 300s", "", "hooks: { victim: continued }").Replace("scale-in: victim }", "scale-in: victim, duplicates: 3 }", StringComparison.Ordinal) + "\nmapping: { batch-size: 1 }",
            run => run.Stage.Home.AutoScaling.DescribeLag = TimeSpan.FromSeconds(lag));

        // Each asks by token and by instance id, at most four times in an invocation, and a minute later once more.
        Assert.InRange(run.AwsCalls.Count(call => call is "autoscaling:CompleteLifecycleAction"), 2, 1 + (3 * 2 * 4 * 2));
    }

    private static int LooksWithoutTrouble()
    {
        using var run = Played("node-drainer, heartbeat: 300s", "", "hooks: { victim: continued }");
        return Looks(run);
    }

    private static int Looks(InProcessRun run) => run.AwsCalls.Count(call => call is "autoscaling:DescribeAutoScalingInstances");

    private static InProcessRun Played(string hook, string events, string expect) => Rehearsal.PlayedWell(Scenario(hook, events, expect));

    private static string Scenario(string hook, string events, string expect) => $$"""
        name: unknown-action
        limit: 12h
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: {{hook}} }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]
        events: [{ at: 1s, scale-in: victim }, {{events}}]
        expect: { nodes: { victim: drained, refuge: untouched }, {{expect}} }
        """;
}
