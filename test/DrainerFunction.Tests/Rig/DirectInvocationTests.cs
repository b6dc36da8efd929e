using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>What somebody asks for by hand: a plan, a drain; and what a wrong question is told.</summary>
public sealed class DirectInvocationTests
{
    private const string Shop = """
        name: by-hand
        limit: 30m
        clusters: [{ name: shop }]
        instances:
          - { name: victim, cluster: shop }
          - { name: refuge, cluster: shop }
        workloads:
          - { name: web, replicas: 4, on: victim, stops-in: 3s }
          - { name: db, kind: statefulset, replicas: 1, on: victim, grace: 60s, stops-in: 8s }
          - { name: agent, kind: daemonset }
        """;

    private const string OneAtATime = "budgets: [{ name: web, of: web, max-unavailable: \"1\" }]";
    private const string NoneAtAll = "budgets: [{ name: web, of: web, max-unavailable: \"0\" }]";

    [Fact]
    public void A_plan_says_what_a_drain_would_do_and_touches_nothing()
    {
        var plan = Asked($"{Shop}\n{OneAtATime}\nexpect: {{ nodes: {{ victim: untouched }} }}", """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.Equal(("running", true, "shop"), (plan["state"]!.ToString(), (bool)plan["isOurs"]!, plan["cluster"]!.ToString()));
        Assert.Equal(6, plan["pods"]!.AsArray().Count);
        Assert.Equal(5, plan["pods"]!.AsArray().Count(pod => pod!["disposition"]!.ToString() == "evict"));
        Assert.Equal("DaemonSet pod: it would be recreated on this node", plan["pods"]!.AsArray().Single(pod => pod!["disposition"]!.ToString() == "leave")!["reason"]!.ToString());
        var budget = Assert.Single(plan["disruptionBudgets"]!.AsArray())!;
        Assert.Equal((1, 4, 3), ((int)budget["disruptionsAllowed"]!, (int)budget["podsHere"]!, (int)budget["desiredHealthy"]!));
        Assert.Contains(Sentences(plan), sentence => sentence.Contains("5 of 6 pods would be evicted, 1 would be skipped", StringComparison.Ordinal));

        // Four in turn, 30 s each, outlast the one that has 60 s.
        Assert.Contains(Sentences(plan), sentence => sentence.Contains("the drain ends 120 s after its start", StringComparison.Ordinal));
        Assert.Matches("^[-0-9]{10}T[:0-9]{8}Z$", plan["deadline"]!.ToString());
        Assert.Matches("^[-0-9]{10}T[:0-9]{8}Z$", plan["expectedFinish"]!.ToString());
        Assert.Null(plan["hints"]);
    }

    // Two interruptions are under way: each binds by its own kind, and the nearer one decides.
    [Fact]
    public void A_plan_of_a_node_that_is_drained_already_names_the_kind_of_each_bound()
    {
        var plan = Asked(
            """
            name: bound
            clusters: [{ name: shop }]
            groups:
              - { name: trainers, cluster: shop, capacity-block: cr-0a1b2c3d4e5f60718, instances: [victim], hooks: [{ name: drain, heartbeat: 300s }] }
              - { name: workers, cluster: shop, instances: [refuge] }
            workloads: [{ name: web, replicas: 1, on: victim, stops-in: 5s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events: [{ at: 1s, scale-in: victim }, { at: 5s, capacity-block-ends: cr-0a1b2c3d4e5f60718 }]
            expect: { budgets-bypassed: 1 }
            """,
            """{"plan":{"instance":"{instance:victim}"}}""",
            at: 20);

        Assert.Equal(["machine of capacityReclaim", "hook of termination"], plan["bounds"]!.AsArray().Select(bound => $"{bound!["kind"]} of {bound["of"]}"));
        Assert.Equal(("machine", plan["bounds"]![0]!["at"]!.ToString()), (plan["deadlineKind"]!.ToString(), plan["deadline"]!.ToString()));
        Assert.Contains(Sentences(plan), sentence => sentence.StartsWith("It is bound until ", StringComparison.Ordinal) && sentence.EndsWith("(hook, termination).", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_says_of_each_setting_that_a_tag_can_set_whether_it_is_the_groups_or_the_stacks()
    {
        var plan = Asked("""
            name: settings
            limit: 30m
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim], tags: { node-drainer/DRY_RUN: "false", node-drainer/MAX_DRAIN_DURATION: "600", node-drainer/ACTION_LAUNCH: never } }]
            function: { environment: { DRY_RUN: "true", ACTION_REBALANCE_RECOMMENDATION: cordon } }
            """, """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.Equal(
            [
                "DRY_RUN false tag node-drainer/DRY_RUN", "ACTION_SPOT_RECLAIM drain stack", "ACTION_CAPACITY_RECLAIM drain stack", "ACTION_TERMINATION drain stack", "ACTION_STATE_CHANGE drain stack",
                "ACTION_SCHEDULED_CHANGE drain stack", "ACTION_REBALANCE_RECOMMENDATION cordon stack", "ACTION_LAUNCH complete stack", "MAX_DRAIN_DURATION 600 tag node-drainer/MAX_DRAIN_DURATION", "FORCE_BEFORE_DEADLINE true stack",
            ],
            plan["settings"]!.AsArray().Select(setting => $"{setting!["name"]} {setting["value"]} {setting["from"]}"));
        Assert.Contains(Hints(plan), hint => hint.StartsWith("Tag node-drainer/ACTION_LAUNCH is 'never'", StringComparison.Ordinal) && hint.EndsWith("The stack's setting applies.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_sees_a_hook_that_was_changed_since_the_one_before()
    {
        var scenario = ScenarioFiles.Parse("""
            name: changed
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim], hooks: [{ name: last-call, heartbeat: 300s }] }]
            events: [{ at: 2s, invoke: '{"plan":{"instance":"{instance:victim}"}}' }, { at: 3s, delete-hook: { group: workers, hook: last-call } }]
            """, "inline");

        using var run = CheckScene.Run(scenario, """{"plan":{"instance":"{instance:victim}"}}""", 4);

        Assert.Equal([true, false], run.World.Tape.Happenings.Where(happening => happening is { Area: "lambda", What: "answered" }).Select(happening => happening.Text.Contains("last-call", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_plan_dates_nothing_that_a_budget_holds()
    {
        var plan = Asked($"{Shop}\n{NoneAtAll}", """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.Null(plan["expectedFinish"]);
        Assert.Contains(Sentences(plan), sentence => sentence.Contains("allows no disruption now (4 pods on this node): healthy 4, required 4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_of_an_instance_that_nobody_manages_says_why_it_is_not_ours()
    {
        var plan = Asked(Shop.Replace("victim, cluster: shop", "victim, cluster: shop, managed: false", StringComparison.Ordinal), """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.False((bool)plan["isOurs"]!);
        Assert.Contains(Hints(plan), hint => hint.Contains("aws-node-termination-handler/managed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_says_which_cluster_does_not_let_the_function_in()
    {
        var plan = Asked(Shop.Replace("{ name: shop }", "{ name: shop, access: false }", StringComparison.Ordinal), """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.Contains(Hints(plan), hint => hint.Contains("access entry", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_of_an_instance_that_ec2_does_not_know_is_an_answer_and_no_error()
    {
        var plan = Asked(Shop, """{"plan":{"instance":"i-00000000000000000"}}""");

        Assert.Contains(Hints(plan), hint => hint.StartsWith("EC2 reports no such instance", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_names_the_group_its_hooks_and_the_tag_that_is_missing()
    {
        const string Group = """
            name: grouped
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim], hooks: [{ name: drain, heartbeat: 300s }, { name: Terminate-LC-Hook }] }
            """;
        var plan = Asked(Group, """{"plan":{"instance":"{instance:victim}"}}""");

        Assert.Equal("InService", plan["autoScaling"]!["state"]!.ToString());
        Assert.Equal(["Terminate-LC-Hook False 300", "drain True 300"], plan["autoScaling"]!["hooks"]!.AsArray().Select(hook => $"{hook!["name"]} {(bool)hook["isOurs"]!} {hook["heartbeatTimeoutSeconds"]}"));
    }

    [Fact]
    public void A_drain_by_hand_empties_the_node_and_answers_with_numbers()
    {
        var answer = Asked($"{Shop}\nexpect: {{ nodes: {{ victim: drained, refuge: untouched }} }}", """{"drain":{"instance":"{instance:victim}"}}""");

        Assert.Equal("drained", answer["outcome"]!.ToString());
        Assert.Equal((5, 1), ((int)answer["pods"]!["evicted"]!, (int)answer["pods"]!["left"]!));
        Assert.Empty(answer["pods"]!["remaining"]!.AsArray());
        Assert.Equal("soft", answer["deadlineKind"]!.ToString());
    }

    [Fact]
    public void What_does_not_fit_into_the_invocation_is_sent_on_and_finished_there()
    {
        var answer = Asked(
            $"{Shop.Replace("stops-in: 8s", "stops-in: 50s", StringComparison.Ordinal)}\nfunction: {{ timeout: 30s }}\nexpect: {{ nodes: {{ victim: drained }} }}",
            """{"drain":{"instance":"{instance:victim}"}}""");

        Assert.Equal(("unfinished", true), (answer["outcome"]!.ToString(), (bool)answer["sentOn"]!));
        Assert.Equal("default/db-0", Assert.Single(answer["pods"]!["remaining"]!.AsArray())!.ToString());
    }

    [Fact]
    public void Without_a_queue_a_drain_that_does_not_fit_says_so()
    {
        var answer = Asked(
            $"{Shop.Replace("stops-in: 8s", "stops-in: 50s", StringComparison.Ordinal)}\nfunction: {{ timeout: 30s, environment: {{ QUEUE_URL: \"\" }} }}",
            """{"drain":{"instance":"{instance:victim}"}}""");

        Assert.Equal(("unfinished", false), (answer["outcome"]!.ToString(), (bool)answer["sentOn"]!));
        Assert.Contains("QUEUE_URL", answer["why"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_soft_drain_by_hand_lets_a_budget_hold_its_pods_to_the_end()
    {
        var answer = Asked($"{Shop}\n{NoneAtAll}", """{"drain":{"instance":"{instance:victim}","deadline":"2026-11-22T12:01:00Z"}}""");

        Assert.Equal("deadlineMissed", answer["outcome"]!.ToString());
        Assert.Equal((0, 4), ((int)answer["pods"]!["deletedPastBudget"]!, answer["pods"]!["remaining"]!.AsArray().Count));
    }

    [Fact]
    public void A_forced_drain_by_hand_goes_past_a_budget_before_its_deadline()
    {
        var answer = Asked(
            $"{Shop}\n{NoneAtAll}\nexpect: {{ budgets-bypassed: 1 }}", """{"drain":{"instance":"{instance:victim}","deadline":"2026-11-22T12:01:00Z","force":true}}""", judged: false);

        Assert.Equal("drained", answer["outcome"]!.ToString());
        Assert.Equal((4, "default/web"), ((int)answer["pods"]!["deletedPastBudget"]!, Assert.Single(answer["pods"]!["budgetsBypassed"]!.AsArray())!.ToString()));
    }

    [Fact]
    public void A_drain_by_hand_keeps_and_answers_the_hook_that_waits_already()
    {
        const string Group = """
            name: waiting
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 3s }]
            function: { environment: { ACTION_TERMINATION: ignore } }
            events: [{ at: 1s, scale-in: victim }]
            expect: { hooks: { victim: untouched } }
            """;

        // With the action for terminations ignored nobody answers; by hand the operator's own setting still holds.
        var left = Asked(Group, """{"drain":{"instance":"{instance:victim}"}}""", at: 5);
        Assert.Empty(left["hooks"]!.AsArray());

        var answered = Asked(
            Group.Replace("function: { environment: { ACTION_TERMINATION: ignore } }", "function: { concurrency: 1 }", StringComparison.Ordinal).Replace("victim: untouched", "victim: continued", StringComparison.Ordinal),
            """{"drain":{"instance":"{instance:victim}"}}""",
            at: 1.05);
        Assert.Equal("workers/drain", Assert.Single(answered["hooks"]!.AsArray())!.ToString());
    }

    [Theory]
    [InlineData("""{"drain":{"instance":"i-00000000000000000"}}""", "refused")]
    [InlineData("""{"drain":{"instance":"{instance:victim}","region":"us-east-1"}}""", "notOurs")]
    [InlineData("""{"drain":{"instance":"{instance:victim}","account":"999999999999"}}""", "notOurs")]
    public void A_drain_that_is_not_ours_to_do_is_refused_at_once(string payload, string outcome) =>
        Assert.Equal(outcome, Asked($"{Shop}\nexpect: {{ nodes: {{ victim: untouched }} }}", payload)["outcome"]!.ToString());

    [Theory]
    [InlineData("""{"drain":{"instance":"{instance:victim}","deadline":"2026-11-22T11:00:00Z"}}""", "drain.deadline must be in the future")]
    [InlineData("""{"drain":{"instance":"{instance:victim}","forced":true}}""", "\\\"forced\\\"")]
    [InlineData("""{"drane":{}}""", "is not one of plan, drain, check, sweep")]
    [InlineData("""{"plan":{"instance":"victim"}}""", "plan.instance must be an instance id")]
    [InlineData("""[]""", "not an object")]
    public void A_wrong_payload_is_an_error_that_says_what_would_be_right(string payload, string said)
    {
        var text = Answer($"{Shop}\nexpect: {{ nodes: {{ victim: untouched }} }}", payload, 2, judged: false);

        Assert.Contains("PayloadException", text, StringComparison.Ordinal);
        Assert.Contains(said.Replace("\\\"", "\"", StringComparison.Ordinal), text, StringComparison.Ordinal);
    }

    private static JsonNode Asked(string scenario, string payload, double at = 2, bool judged = true)
    {
        var text = Answer(scenario, payload, at, judged);
        return JsonNode.Parse(text[(text.IndexOf('→', StringComparison.Ordinal) + 1)..])!;
    }

    private static string Answer(string yaml, string payload, double at, bool judged)
    {
        var scenario = ScenarioFiles.Parse(yaml, "inline");
        scenario.Events.Add(new() { At = TimeSpan.FromSeconds(at), Invoke = payload });
        scenario.Expect.NotBefore = TimeSpan.FromMinutes(3);
        using var run = new InProcessRun(scenario);
        var end = run.PlayToEnd();
        Assert.True(!judged || end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.Log}\n{run.History}");
        return run.World.Tape.Happenings.Single(happening => happening is { Area: "lambda", What: "answered" or "unanswered" }).Text;
    }

    private static IEnumerable<string> Sentences(JsonNode plan) => plan["summary"]!.AsArray().Select(sentence => sentence!.ToString());

    private static IEnumerable<string> Hints(JsonNode plan) => plan["hints"]!.AsArray().Select(hint => hint!.ToString());
}
