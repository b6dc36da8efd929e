namespace DrainerFunction.Rig;

/// <summary>A tag of a group outranks the stack's setting: one group goes live, or stays dry, by itself.</summary>
public sealed class GroupSettingsTests
{
    private static string Shop(string environment, string live, string other) => $$"""
        name: groups
        limit: 30m
        clusters: [{ name: shop }]
        groups:
          - { name: live, cluster: shop, instances: [victim], tags: { {{live}} }, hooks: [{ name: drain, heartbeat: 120s }] }
          - { name: other, cluster: shop, instances: [bystander, refuge], tags: { {{other}} }, hooks: [{ name: drain, heartbeat: 120s }] }
        workloads:
          - { name: web, replicas: 2, on: victim, stops-in: 2s }
          - { name: api, replicas: 2, on: bystander, stops-in: 2s }
        # The machine that goes at the hook's end is another interruption.
        function: { environment: { {{environment}}, ACTION_STATE_CHANGE: ignore } }
        """;

    private const string Both = "events: [{ at: 1s, scale-in: victim }, { at: 1s, scale-in: bystander }]";

    [Fact]
    public void One_group_goes_live_while_the_stack_is_a_dry_run()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("DRY_RUN: \"true\", LIFECYCLE_HOOKS: drain", "node-drainer/DRY_RUN: \"false\"", "")}}
            {{Both}}
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued, bystander: timed-out }, died-without-grace: 2 }
            """);

        Assert.Equal("""[{"name":"DRY_RUN","value":"false","from":"tag node-drainer/DRY_RUN"}]""", run.Interruptions("victim")[0]["settings"]!.ToJsonString());
        Assert.Equal("DryRun", Assert.Single(run.Interruptions("bystander"))["Outcome"]!.ToString());
        Assert.Empty(run.Interruptions("bystander")[0]["settings"]!.AsArray());
        NothingIsWrittenFor(run, "bystander");
    }

    [Fact]
    public void One_group_is_a_dry_run_of_a_stack_that_is_live_and_its_hook_gets_no_heartbeat()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("LIFECYCLE_HOOKS: drain", "", "node-drainer/DRY_RUN: \"true\"")}}
            {{Both}}
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued, bystander: timed-out }, died-without-grace: 2 }
            """);

        Assert.Equal("DryRun", Assert.Single(run.Interruptions("bystander"))["Outcome"]!.ToString());
        NothingIsWrittenFor(run, "bystander");
    }

    [Fact]
    public void A_group_that_ignores_terminations_has_its_hook_left_alone()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("LIFECYCLE_HOOKS: drain", "", "node-drainer/ACTION_TERMINATION: ignore")}}
            {{Both}}
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued, bystander: timed-out }, died-without-grace: 2 }
            """);

        Assert.Equal("a tag of its group sets the action to ignore", run.Interruptions("bystander")[0]["why"]!.ToString());
        NothingIsWrittenFor(run, "bystander");
    }

    [Fact]
    public void The_bound_and_the_force_of_a_group_hold_for_its_drain_and_only_for_its()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("LIFECYCLE_HOOKS: drain", "", "node-drainer/MAX_DRAIN_DURATION: \"60\", node-drainer/FORCE_BEFORE_DEADLINE: \"false\"")}}
            budgets: [{ name: api, of: api, max-unavailable: "0" }]
            {{Both}}
            expect: { hooks: { victim: continued, bystander: continued }, died-without-grace: 2 }
            """);

        Assert.Equal("Drained", run.Interruptions("victim")[0]["Outcome"]!.ToString());
        Assert.Equal(("DeadlineMissed", 0), (run.Interruptions("bystander")[^1]["Outcome"]!.ToString(), (int)run.Interruptions("bystander")[^1]["podTotals"]!["deletedPastBudget"]!));
        var hook = run.Stage.Home.AutoScaling.Actions.Single(action => action.InstanceId == run.Stage.Instance("bystander").InstanceId);
        Assert.Equal(60, (hook.EndedAt!.Value - hook.StartedAt).TotalSeconds, 1.0);
    }

    // Nobody knows then whether a tag makes the instance an exception: nothing is written, and nothing is lost.
    [Fact]
    public void While_tags_cannot_be_read_a_message_of_a_dry_run_is_neither_acted_on_nor_lost()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("DRY_RUN: \"true\"", "node-drainer/DRY_RUN: \"false\"", "").Replace("heartbeat: 120s", "heartbeat: 600s", StringComparison.Ordinal)}}
            events: [{ at: 0s, fault: { kind: throttle, service: ec2, for: 30s } }, { at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued } }
            """);

        Assert.Contains("the tags of the instance could not be read", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_that_is_no_setting_is_told_once_and_the_stacks_setting_holds()
    {
        using var run = Rehearsal.PlayedWell($$"""
            {{Shop("LIFECYCLE_HOOKS: drain", "node-drainer/DRY_RUN: perhaps", "node-drainer/DRY_RUN: perhaps")}}
            {{Both}}
            expect: { nodes: { victim: drained, bystander: drained }, hooks: { victim: continued, bystander: continued } }
            """);

        Assert.Single(run.Lines, line => line["eventId"]?.ToString() == "309"
            && line["message"]!.ToString().Contains("node-drainer/DRY_RUN is 'perhaps'; allowed is true, false. The stack's setting applies", StringComparison.Ordinal));
    }

    private static void NothingIsWrittenFor(InProcessRun run, string name)
    {
        var instance = run.Stage.Instance(name).InstanceId;
        Assert.Equal(0, run.Stage.Home.AutoScaling.Actions.Single(action => action.InstanceId == instance).Heartbeats);
        Assert.Empty(run.Interruptions(name)[0]["heartbeatTimes"]!.AsArray());
        var cluster = run.Stage.Clusters["shop"].Cluster;
        var written = cluster.Api.Requests.Where(request => request.User.IsIn(cluster.Settings.JudgedGroup) && request.Verb is not ("get" or "list" or "watch")).Select(request => request.Name!).ToList();
        Assert.NotEmpty(written);
        Assert.DoesNotContain(written, of => of.StartsWith("api-", StringComparison.Ordinal) || of == run.Interruptions(name)[0]["nodeName"]?.ToString());
    }
}
