namespace DrainerFunction.Rig;

/// <summary>A launch hook waits for its node, costs few calls meanwhile, and lasts no longer than it may.</summary>
public sealed class LaunchTests
{
    [Theory]
    [InlineData("", "300s", 300, 0)]
    [InlineData("-1", "300s", 300, 0)]
    [InlineData("120", "300s", 300, 0)]
    [InlineData("900", "300s", 1050, 6)]
    public void A_node_that_never_joins_holds_its_hook_for_about_as_long_as_it_may(string launchTimeout, string heartbeat, int seconds, int heartbeats)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: never-joins
            limit: 60m
            function: { environment: { LAUNCH_TIMEOUT: "{{launchTimeout}}" } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [old], hooks: [{ name: node-ready, on: launch, heartbeat: {{heartbeat}} }] }]
            events: [{ at: 1s, resize: { group: workers, desired: 2 } }]
            expect: { not-before: 30m, logs: ["the node did not join in time"] }
            """,
            run => run.Stage.Home.Ec2.BootTime = TimeSpan.FromHours(2));

        var action = Assert.Single(run.Stage.Home.AutoScaling.Actions);
        Assert.Equal("timeout", action.EndedBy);
        Assert.InRange((action.EndedAt!.Value - action.StartedAt).TotalSeconds, seconds - 40, seconds + 160);
        Assert.InRange(action.Heartbeats, heartbeats == 0 ? 0 : 1, heartbeats);
        Assert.InRange(Messages(run), 0, launchTimeout is "900" ? 16 : 6);
    }

    [Theory]
    [InlineData("continue", "CONTINUE")]
    [InlineData("abandon", "ABANDON")]
    public void What_is_answered_at_the_bound_is_answered_before_the_hook_ends_by_itself(string onTimeout, string result)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: answered
            limit: 60m
            function: { environment: { ON_LAUNCH_TIMEOUT: {{onTimeout}} } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [old], hooks: [{ name: node-ready, on: launch, heartbeat: 300s, default: {{(result == "ABANDON" ? "CONTINUE" : "ABANDON")}} }] }]
            events: [{ at: 1s, resize: { group: workers, desired: 2 } }, { at: 200s, suspend: { group: workers, process: Launch } }]
            expect: { not-before: 10m }
            """,
            run => run.Stage.Home.Ec2.BootTime = TimeSpan.FromHours(2));

        Assert.Equal((result, "call"), (run.Stage.Home.AutoScaling.Actions[0].Result, run.Stage.Home.AutoScaling.Actions[0].EndedBy));
    }

    [Theory]
    [InlineData(180)]
    [InlineData(25)]
    public void Twenty_launches_cost_few_calls(int boot)
    {
        using var run = Rehearsal.PlayedWell("""
            name: twenty
            limit: 30m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [old], hooks: [{ name: node-ready, on: launch, heartbeat: 600s }] }]
            events: [{ at: 1s, resize: { group: workers, desired: 20 } }]
            expect: { not-before: 6m }
            """,
            run =>
            {
                run.Stage.Home.Ec2.BootTime = TimeSpan.FromSeconds(boot);
                run.Stage.Home.AutoScaling.Group("workers").MaxSize = 20;
            });

        Assert.Equal(19, run.Stage.Home.AutoScaling.Actions.Count(action => action is { Result: "CONTINUE", EndedBy: "call", Heartbeats: 0 }));
        Assert.InRange(Messages(run), 0, 40);
        Assert.InRange(run.Stage.Judge.KubernetesRequests, 1, boot > 100 ? 160 : 80);
        Assert.InRange(run.AwsCalls.Count(call => call.StartsWith("ec2:", StringComparison.Ordinal) || call.StartsWith("autoscaling:Describe", StringComparison.Ordinal)), 1, 40);
        Assert.Equal(0, run.Stage.Home.Rates.Refusals);
    }

    // A node whose name EC2 does not know is found by its providerID, within the invocation.
    [Fact]
    public void A_node_of_its_own_name_is_ready_at_once_when_it_is()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: own-name
            limit: 30m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [old], hooks: [{ name: node-ready, on: launch, heartbeat: 600s }] }]
            events: [{ at: 1s, resize: { group: workers, desired: 2 } }]
            expect: { not-before: 3m }
            """,
            run => run.Stage.Home.AutoScaling.Group("workers").Template = run.Stage.Home.AutoScaling.Group("workers").Template with { NodeName = "worker-7.corp.example" });

        var ready = run.World.Tape.Happenings.Single(happening => happening is { What: "node-ready", Subject: "worker-7.corp.example" });
        var action = Assert.Single(run.Stage.Home.AutoScaling.Actions);
        Assert.Equal("CONTINUE", action.Result);
        Assert.InRange((action.EndedAt!.Value - ready.At).TotalSeconds, 0, 1);
    }

    private static int Messages(InProcessRun run) => run.AwsCalls.Count(call => call == "sqs:SendMessage");
}
