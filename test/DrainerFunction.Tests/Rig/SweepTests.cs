using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>What the sweep finds, what it leaves, and that it does nothing twice.</summary>
public sealed class SweepTests
{
    // Nobody takes the machine away, so the threat passes by itself.
    internal const string Recommended = """
        name: recommended
        limit: 1h
        clusters: [{ name: shop }]
        instances: [{ name: victim, spot: true }, { name: refuge }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        function: { environment: { ACTION_REBALANCE_RECOMMENDATION: drain, MAX_DRAIN_DURATION: "120", UNCORDON_AFTER: "300" } }
        events: [{ at: 1s, rebalance: victim }]
        """;

    private const string Group = """
        name: group
        limit: 1h
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 1800s }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        mapping: { max-receives: 1 }
        """;

    [Fact]
    public void A_cordon_whose_threat_has_passed_is_lifted_once_and_not_before_its_time()
    {
        var (answers, run) = Swept($"{Recommended}\nexpect: {{ nodes: {{ victim: lifted }} }}", 3, 6, 8, 10);
        using var _ = run;

        Assert.Equal([0, 0, 1, 0], answers.Select(answer => answer["done"]!.AsArray().Count));
        Assert.Equal("undone", answers[2]["done"]![0]!["outcome"]!.ToString());
    }

    [Fact]
    public void A_dry_sweep_says_what_it_would_do_and_writes_nothing()
    {
        var (answers, run) = Swept($"{Recommended.Replace("UNCORDON_AFTER", "DRY_RUN: \"true\", UNCORDON_AFTER", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: untouched }} }}", 10);
        using var _ = run;

        Assert.Empty(answers[0]["done"]!.AsArray());
    }

    [Fact]
    public void Without_a_time_after_which_it_does_so_a_cordon_stays()
    {
        var (answers, run) = Swept($"{Recommended.Replace("UNCORDON_AFTER: \"300\"", "UNCORDON_AFTER: \"0\"", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: drained }} }}", 40);
        using var _ = run;

        Assert.Empty(answers[0]["done"]!.AsArray());
    }

    [Fact]
    public void A_node_drained_by_hand_stays_cordoned_until_a_hand_lifts_it()
    {
        var (answers, run) = Swept(
            $"{Recommended.Replace("{ at: 1s, rebalance: victim }", "{ at: 1s, invoke: '{\"drain\":{\"instance\":\"{instance:victim}\"}}' }", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: drained }} }}", 40);
        using var _ = run;

        Assert.Empty(answers[0]["done"]!.AsArray());
    }

    [Fact]
    public void A_cordon_of_somebody_else_is_nothing_to_the_sweep()
    {
        var (answers, run) = Swept($"{Recommended.Replace("events: [{ at: 1s, rebalance: victim }]", "events: []", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ refuge: untouched }} }}", 30);
        using var _ = run;

        Assert.Empty(answers[0]["done"]!.AsArray());
    }

    // The kill comes before the function has touched anything.
    [Theory]
    [InlineData("drain", "continued", 1)]
    [InlineData("", "untouched", 0)]
    public void A_wait_that_nobody_ends_is_ended_only_where_the_setting_names_its_hook(string hooks, string end, int done)
    {
        var nodes = done == 1 ? "nodes: { victim: drained }" : "nodes: { victim: untouched }";
        var (answers, run) = Swept(
            $"{Group}\nfunction: {{ parameters: {{ LifecycleHooks: \"{hooks}\" }} }}\nevents: [{{ at: 1s, scale-in: victim }}, {{ at: 1109ms, kill: all }}]\nexpect: {{ {nodes}, hooks: {{ victim: {end} }}, dead-letters: 1 }}",
            5, 9);
        using var _ = run;

        Assert.Equal([done, 0], answers.Select(answer => answer["done"]!.AsArray().Count));
    }

    [Fact]
    public void A_drain_that_somebody_works_on_is_left_to_him()
    {
        var (answers, run) = Swept(
            $"{Group.Replace("stops-in: 2s", "grace: 90s, stops-in: 80s", StringComparison.Ordinal)}\nfunction: {{ parameters: {{ LifecycleHooks: drain }} }}\nevents: [{{ at: 1s, scale-in: victim }}]\nexpect: {{ hooks: {{ victim: continued }} }}",
            1);
        using var _ = run;

        Assert.Empty(answers[0]["done"]!.AsArray());
    }

    [Fact]
    public void A_scheduled_change_whose_message_was_lost_is_drained_for()
    {
        const string Lost = """
            name: lost
            limit: 1h
            clusters: [{ name: shop }]
            instances: [{ name: victim }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            mapping: { max-receives: 1 }
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 50m } }, { at: 1109ms, kill: all }]
            expect: { nodes: { victim: drained, refuge: untouched }, dead-letters: 1 }
            """;

        // Due since ten minutes before the beginning: the second sweep finds it drained.
        var (answers, run) = Swept(Lost, 4, 20);
        using var _ = run;

        Assert.Equal(["drained"], answers[0]["done"]!.AsArray().Select(item => item!["outcome"]!.ToString()));
        Assert.Empty(answers[1]["done"]!.AsArray());
    }

    [Fact]
    public void A_cluster_that_cannot_be_reached_is_named_and_hides_no_other()
    {
        var (answers, run) = Swept($"{Recommended.Replace("clusters: [{ name: shop }]", "clusters: [{ name: shop }, { name: lost, endpoint: unreachable }]", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: lifted }} }}", 10);
        using var _ = run;

        Assert.Contains("lost", Assert.Single(answers[0]["notSeen"]!.AsArray())!.ToString(), StringComparison.Ordinal);
        Assert.Single(answers[0]["done"]!.AsArray());
    }

    private const string Pooled = """
        name: pooled
        limit: 1h
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [pooled, stays], warm-pool: true, hooks: [{ name: drain, heartbeat: 1800s }, { name: ready, on: launch, heartbeat: 1800s }] }]
        workloads: [{ name: web, replicas: 2, on: pooled, stops-in: 2s }]
        mapping: { max-receives: 1 }
        """;

    [Theory]
    [InlineData("drain,ready", "drained", "continued", 1)]
    [InlineData("", "untouched", "untouched", 0)]
    public void An_instance_that_waits_on_its_way_into_the_warm_pool_is_found_in_the_pool(string hooks, string node, string end, int done)
    {
        var (answers, run) = Swept(
            $"{Pooled}\nfunction: {{ parameters: {{ LifecycleHooks: \"{hooks}\" }} }}\nevents: [{{ at: 1s, resize: {{ group: workers, desired: 1 }} }}, {{ at: 1109ms, kill: all }}]"
            + $"\nexpect: {{ nodes: {{ pooled: {node}, stays: untouched }}, hooks: {{ pooled/drain: {end} }}, dead-letters: 1 }}",
            5, 9);
        using var _ = run;

        // The state tells of no single hook: the launch hook is answered, too, and was not waiting.
        Assert.Equal([done > 0, false], answers.Select(answer => answer["done"]!.AsArray().Any(item => item!["outcome"]!.ToString() == "drained")));
        Assert.Equal(done, run.World.Tape.Happenings.Count(happening => happening is { Area: "autoscaling", What: "hook-completed" }));
    }

    // The kill comes when the instance that the pool has launched for the one that goes waits in its launch hook.
    [Fact]
    public void One_that_its_launch_took_into_the_warm_pool_is_continued_and_not_drained()
    {
        var (answers, run) = Swept(
            $"{Pooled}\nfunction: {{ parameters: {{ LifecycleHooks: \"drain,ready\" }} }}\nevents: [{{ at: 1s, scale-in: stays }}, {{ at: 9109ms, kill: all }}]\nexpect: {{ nodes: {{ pooled: untouched }}, dead-letters: 1 }}",
            5, 9);
        using var _ = run;

        Assert.Equal("the instance returns to the warm pool", Assert.Single(answers[0]["done"]!.AsArray())!["why"]!.ToString().Split(": ")[^1]);
        Assert.Empty(answers[1]["done"]!.AsArray());
        Assert.Equal(["drain", "ready"], run.World.Tape.Happenings.Where(happening => happening is { What: "hook-completed" }).Select(happening => happening.Text.Split(' ')[1]));
        Assert.All(answers, answer => Assert.Empty(answer["notSeen"]!.AsArray()));
    }

    [Fact]
    public void Only_of_a_group_that_has_a_warm_pool_is_the_pool_asked_for()
    {
        var (answers, run) = Swept($"{Group}\nevents: [{{ at: 0s, fault: {{ kind: denied, operation: DescribeWarmPool }} }}]\nexpect: {{ nodes: {{ victim: untouched }} }}", 5);
        using var _ = run;
        var (pooled, other) = Swept($"{Pooled}\nevents: [{{ at: 0s, fault: {{ kind: denied, operation: DescribeWarmPool }} }}]\nexpect: {{ nodes: {{ pooled: untouched }} }}", 5);
        using var __ = other;

        Assert.Empty(answers[0]["notSeen"]!.AsArray());
        Assert.Contains("DescribeWarmPool", Assert.Single(pooled[0]["notSeen"]!.AsArray())!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_cluster_names_the_tags_of_our_instances_name_the_clusters()
    {
        var (answers, run) = Swept($"{Recommended.Replace("environment: {", "parameters: { ClusterNames: \"\" }, environment: {", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: lifted }} }}", 3, 8);
        using var _ = run;

        Assert.Equal([0, 1], answers.Select(answer => answer["done"]!.AsArray().Count));
    }

    // A message sleeps for fifteen minutes at most: longer than a chain that works is ever silent.
    [Fact]
    public void A_drained_node_whose_hook_is_held_back_is_left_to_its_chain()
    {
        var (answers, run) = Swept(
            """
            name: delayed
            limit: 2h
            function: { environment: { COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS: "1800" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 3600s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained }, hooks: { victim: continued }, not-before: 30m }
            """,
            [.. Enumerable.Range(1, 12).Select(number => number * 5)]);
        using var _ = run;

        Assert.All(answers, answer => Assert.Empty(answer["done"]!.AsArray()));
        Assert.InRange(run.Stage.Home.AutoScaling.Actions[0].EndedAt!.Value - run.World.Tape.Happenings[0].At, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(32));
    }

    [Fact]
    public void Without_a_cluster_name_the_clusters_are_found_by_the_tags_of_their_instances()
    {
        var (answers, run) = Swept(
            $"{Recommended.Replace("ACTION_REBALANCE_RECOMMENDATION", "CLUSTER_NAME: \"\", ACTION_REBALANCE_RECOMMENDATION", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: lifted }} }}", 10);
        using var _ = run;

        Assert.Equal("undone", Assert.Single(answers[0]["done"]!.AsArray())!["outcome"]!.ToString());
    }

    // A kubelet that registers its node writes the providerID and the taints; EC2's filters take * and ? for anything, Auto Scaling refuses what is too long.
    [Theory]
    [InlineData("i-*")]
    [InlineData("i-00000000000000000000000000000000000000000000000000")]
    [InlineData("i-0123456789abcdefg")]
    public void A_node_that_claims_to_run_on_what_is_no_instance_keeps_the_sweep_from_nothing_and_costs_no_more_than_another(string claimed)
    {
        var scenario = ScenarioFiles.Parse($"{Recommended.Replace("{ name: refuge }]", "{ name: refuge }, { name: third }]", StringComparison.Ordinal).Replace("{ name: shop }", "{ name: shop, admission: false }", StringComparison.Ordinal)}\nexpect: {{ nodes: {{ victim: lifted }} }}", "inline");
        scenario.Events.Add(new() { At = TimeSpan.FromMinutes(8), Invoke = """{"sweep":{}}""" });
        using var run = Rehearsal.PlayedWell(scenario, run => run.World.Agenda.After(TimeSpan.FromSeconds(30), () =>
        {
            var (cluster, name) = (NodeForger.ClusterOf(run, "third"), run.Stage.Instance("third").NodeName);
            var node = (JsonObject)cluster.Node(name)!.DeepClone();
            NodeForger.Ask(cluster, "DELETE", $"/api/v1/nodes/{name}", Sandbox.World.Kubernetes.ApiUser.Admin);
            node["metadata"] = new JsonObject { ["name"] = name };
            node["spec"]!["providerID"] = $"aws:///eu-west-1a/{claimed}";
            node["spec"]!["taints"] = NodeForger.Taints(Cordoning.AnnotationSeal.Renew([], "forged"));
            NodeForger.Ask(cluster, "POST", "/api/v1/nodes", Sandbox.World.Kubernetes.ApiUser.Kubelet(name), node);
        }));

        var answer = run.World.Tape.Happenings.Single(one => one is { Area: "lambda", What: "answered" }).Text;
        Assert.Contains("\"notSeen\": []", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_all_that_it_finds_ten_are_worked_on_at_once_and_the_rest_by_the_queue()
    {
        string[] names = [.. Enumerable.Range(1, 14).Select(number => $"due{number}")];
        var (answers, run) = Swept(
            $"name: many\nlimit: 1h\nclusters: [{{ name: shop }}]\ninstances: [{string.Join(", ", names.Select(name => $"{{ name: {name} }}"))}]\n"
            + $"events: [{string.Join(", ", names.Select(name => $"{{ at: 1s, maintenance: {{ instance: {name}, code: instance-retirement, in: 50m, silent: true }} }}"))}]\n"
            + $"expect: {{ nodes: {{ {string.Join(", ", names.Select(name => $"{name}: drained"))} }} }}",
            4);
        using var _ = run;

        Assert.Equal(10, answers[0]["done"]!.AsArray().Count);
        Assert.Contains("Sweep sent 4 of the interruptions", run.Log, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<JsonNode> Answers, InProcessRun Run) Swept(string yaml, params int[] minutes)
    {
        var scenario = ScenarioFiles.Parse(yaml, "inline");
        scenario.Events.AddRange(minutes.Select(minute => new EventPart { At = TimeSpan.FromMinutes(minute), Invoke = """{"sweep":{}}""" }));
        var run = Rehearsal.PlayedWell(scenario);
        return ([.. from happening in run.World.Tape.Happenings
                    where happening is { Area: "lambda", What: "answered" } && happening.Text.StartsWith("""{"sweep":""", StringComparison.Ordinal)
                    select JsonNode.Parse(happening.Text[(happening.Text.IndexOf('→', StringComparison.Ordinal) + 1)..])!], run);
    }
}
