using System.Globalization;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>Others who write to a node while it is drained: its cordon, its annotation and its object, at any moment between two requests, hops and deaths.</summary>
public sealed class LiftedCordonTests
{
    private const string Group = "groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]";
    private const string SpotGroup = "groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]";
    private const string Spot = "instances: [{ name: victim, spot: true, goes-in: 15s }, { name: refuge }]";
    private const string Web = "workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]";
    private const string Held = $"{Web}\nbudgets: [{{ name: web, of: web, max-unavailable: \"0\" }}]";
    private const string Patient = "workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s, annotations: { karpenter.sh/do-not-disrupt: \"true\" } }]";
    private const string Continued = "expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued } }";

    // The hop comes 110 s after the invocation. What others do: seconds and what, one after the other.
    [Theory]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }", "112 uncordon, 200 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }", "111.1 uncordon, 111.2 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }", "30 uncordon, 60 uncordon, 61 uncordon, 150 uncordon, 300 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }", "30 forget, 200 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }", "30 clean, 200 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }, { at: 30s, register: { instance: victim } }", "200 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }, { at: 20s, kill: all }, { at: 70s, kill: all }", "21 uncordon, 72 uncordon, 300 free")]
    [InlineData(Group, Held, "{ at: 0s, fault: { kind: closed-watch, service: kubernetes, latency: 0s, for: 60s } }, { at: 1s, scale-in: victim }", "20 uncordon, 90 free")]
    [InlineData(Group, Patient, "{ at: 1s, scale-in: victim }", "200 uncordon, 3450 uncordon")]
    [InlineData(Group, Held, "{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 30m } }, { at: 60s, scale-in: victim }, { at: 3m, cancel: victim }", "90 uncordon, 400 free")]
    [InlineData(Group, Held, "{ at: 1s, scale-in: victim }, { at: 40s, invoke: '{\"sweep\":{\"release\":true}}' }", "200 free")]
    public void A_cordon_that_others_lift_is_put_back_before_a_pod_leaves_and_the_hook_is_answered_when_the_node_is_drained(string machines, string pods, string events, string others) =>
        Play($"{machines}\n{pods}\nevents: [{events}]\n{Continued}", others).Dispose();

    // The cluster removes the pods of a node without an object after a minute; until then they run.
    [Theory]
    [InlineData("30s")]
    [InlineData("111.1s")]
    public void A_hook_waits_for_the_pods_of_a_node_whose_object_somebody_deletes(string at) => Play(
        $"{Group}\n{Held}\nevents: [{{ at: 1s, scale-in: victim }}, {{ at: {at}, delete-node: victim }}]\nexpect: {{ nodes: {{ victim: gone, refuge: untouched }}, hooks: {{ victim: continued }}, within: 5m }}", "").Dispose();

    [Theory]
    [InlineData(Spot, "{ at: 1s, spot: victim }, { at: 30s, register: { instance: victim } }", "", "40 uncordon")]
    [InlineData(SpotGroup, "{ at: 1s, scale-in: victim }, { at: 30s, spot: victim }", "hooks: { victim: continued },", "30 uncordon, 60 uncordon")]
    public void Before_a_machine_goes_the_cordon_is_put_back_and_the_budget_passed_in_the_last_resort(string machines, string events, string hooks, string others) =>
        Play($"{machines}\n{Held}\nevents: [{events}]\nexpect: {{ nodes: {{ victim: drained, refuge: untouched }}, {hooks} budgets-bypassed: 1 }}", others).Dispose();

    [Fact]
    public void A_critical_pod_that_waits_its_turn_does_not_leave_a_node_that_was_uncordoned_meanwhile() => Play($$"""
        {{Group}}
        workloads: [{ name: web, replicas: 1, on: victim, grace: 600s, stops-in: 100s }, { name: dns, replicas: 1, on: victim, priority: system-cluster-critical }]
        events: [{ at: 1s, scale-in: victim }]
        {{Continued}}
        """, "60 uncordon").Dispose();

    // Who cordoned first and who lifted it says whose the cordon is in the end.
    [Theory]
    [InlineData("1 cordon", "cordoned")]
    [InlineData("1 cordon, 60 uncordon", "lifted")]
    [InlineData("60 uncordon", "lifted")]
    public void When_the_threat_has_passed_only_a_cordon_that_the_function_has_put_there_is_lifted(string others, string end)
    {
        using var run = Play($$"""
            {{Group}}
            {{Held}}
            events: [{ at: 5s, maintenance: { instance: victim, code: instance-retirement, in: 30m } }, { at: 3m, cancel: victim }]
            expect: { nodes: { refuge: untouched }, evictions: { web: 0 }, not-before: 20m }
            """, others);

        var node = run.Stage.Clusters["shop"].Cluster.Node(run.Stage.Instance("victim").NodeName)!;
        Assert.Equal(end is "cordoned", node["spec"]!["unschedulable"] is not null);
        Assert.Null(node["metadata"]!["annotations"]?["node-drainer/interruption"]);
    }

    [Fact]
    public void The_taints_of_others_stay_when_the_threat_has_passed() => Play($$"""
        function: { environment: { TAINT_NODE: "true" } }
        {{Group}}
        {{Held}}
        events: [{ at: 5s, maintenance: { instance: victim, code: instance-retirement, in: 30m } }, { at: 3m, cancel: victim }]
        expect: { nodes: { victim: lifted, refuge: untouched }, taints: { victim: [example.com/a, example.com/b] } }
        """, "1 taint, 60 uncordon").Dispose();

    // A webhook may give whatever code it likes; a conflict of writers it is not.
    [Fact]
    public void Before_a_machine_goes_a_webhook_that_answers_409_to_every_cordon_keeps_no_pod() => Play($$"""
        {{Spot}}
        {{Web}}
        events: [{ at: 0s, webhook: { name: nodes.policy.example.com, on: nodes, code: 409, says: no } }, { at: 1s, spot: victim }]
        expect: { nodes: { refuge: untouched }, evictions: { web: 2 }, logs: ["nodes.policy.example.com"] }
        """, "").Dispose();

    private static InProcessRun Play(string story, string others) => Rehearsal.PlayedWell($"name: lifted\nlimit: 3h\nclusters: [{{ name: shop }}]\n{story}", run =>
    {
        foreach (var act in others.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(act => act.Split(' ')))
        {
            run.World.Agenda.After(TimeSpan.FromSeconds(double.Parse(act[0], CultureInfo.InvariantCulture)), () => Do(run, act[1]));
        }
    });

    private static void Do(InProcessRun run, string what)
    {
        var node = $"/api/v1/nodes/{run.Stage.Instance("victim").NodeName}";
        var (path, body) = what switch
        {
            "uncordon" => (node, """{"spec":{"unschedulable":null}}"""),
            "cordon" => (node, """{"spec":{"unschedulable":true}}"""),
            "forget" => (node, """{"metadata":{"annotations":{"node-drainer/interruption":null}}}"""),
            "clean" => (node, """{"metadata":{"annotations":{"node-drainer/interruption":null}},"spec":{"unschedulable":null,"taints":null}}"""),
            "taint" => (node, """{"spec":{"taints":[{"key":"example.com/a","effect":"PreferNoSchedule"},{"key":"example.com/b","value":"x","effect":"PreferNoSchedule"}]}}"""),
            "free" => ("/apis/policy/v1/namespaces/default/poddisruptionbudgets/web", """{"spec":{"maxUnavailable":2}}"""),
            _ => throw new ArgumentException($"Nobody does '{what}'.", nameof(what)),
        };
        Assert.True(run.Stage.Clusters["shop"].Cluster.Api.Handle(ApiRequest.To("PATCH", path, ApiUser.Admin, JsonNode.Parse(body), "application/merge-patch+json")).IsSuccess);
    }
}
