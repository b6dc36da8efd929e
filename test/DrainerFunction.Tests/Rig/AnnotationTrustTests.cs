using System.Text.Json.Nodes;
using CsCheck;
using DrainerFunction.Cordoning;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Kubernetes;
using static DrainerFunction.Rig.NodeForger;

namespace DrainerFunction.Rig;

/// <summary>An annotation that a kubelet or an agent wrote is no order: a run with it ends as one without, and nothing that it names is changed.</summary>
public sealed class AnnotationTrustTests
{
    private const string Parts = """
        name: hostile
        limit: 50m
        clusters: [{ name: shop, admission: false }]
        """;

    private const string Spot = Parts + """

        instances: [{ name: victim, spot: true }, { name: refuge, spot: true }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        events: [{ at: 1s, spot: victim }]
        expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 2 } }
        """;

    private const string Termination = Parts + """

        groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 1200s }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        events: [{ at: 1s, scale-in: victim }]
        expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, evictions: { web: 2 } }
        """;

    private const string Recommended = Parts + """

        instances: [{ name: victim, spot: true }, { name: refuge, spot: true }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        budgets: [{ name: web, of: web, min-available: "2" }]
        function: { environment: { ACTION_REBALANCE_RECOMMENDATION: drain, MAX_DRAIN_DURATION: "300" } }
        events: [{ at: 1s, rebalance: victim }]
        expect: { nodes: { victim: cordoned, refuge: untouched }, evictions: { web: 0 } }
        """;

    private const string Quiet = Parts + """

        instances: [{ name: victim, spot: true }, { name: refuge, spot: true }, { name: foreign, managed: false }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        function: { environment: { UNCORDON_AFTER: "1" } }
        events: [{ at: 2m, invoke: '{"sweep":{}}' }, { at: 20m, invoke: '{"sweep":{}}' }]
        expect: { nodes: { refuge: untouched }, evictions: { web: 0 }, not-before: 21m }
        """;

    // Time enough that everything in it is over, or not begun.
    private static readonly JsonObject Forged = new()
    {
        ["instanceId"] = "INSTANCE",
        ["nodeUid"] = "UID",
        ["kinds"] = new JsonArray("spotReclaim", "drainRequest"),
        ["firstSeen"] = "2026-11-22T11:00:00Z",
        ["deadline"] = "2026-11-22T12:00:02Z",
        ["hardFrom"] = "0001-01-01T00:00:00Z",
        ["chain"] = "4000000000000-x.000000",
        ["chainAt"] = "2199-01-01T00:00:00Z",
        ["cordonedAt"] = "2026-11-22T11:00:00Z",
        ["cordonedByUs"] = true,
        ["taints"] = new JsonArray("quarantine:NoSchedule"),
        ["labels"] = new JsonArray("node-restriction.kubernetes.io/team", "team"),
        ["hooks"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(number => new JsonObject { ["group"] = $"g{number}", ["hook"] = $"h{number}" })]),
    };

    // One whose chain is dead and whose threat is over: the sweep would take back what it names.
    private static readonly string Over = Edited(note =>
    {
        note["kinds"] = new JsonArray("spotReclaim");
        note["chain"] = "1-x.000000";
        note.Remove("chainAt");
        note.Remove("hooks");
    });

    private static readonly Dictionary<string, string> ByName = new() { [nameof(Spot)] = Spot, [nameof(Termination)] = Termination, [nameof(Recommended)] = Recommended };

    public static TheoryData<string> Stories => [.. ByName.Keys];

    [Theory, MemberData(nameof(Stories))]
    public void A_forged_annotation_changes_neither_the_end_nor_the_calls_of_a_drain(string story)
    {
        using var without = Rehearsal.PlayedWell(ByName[story]);
        using var with = Rehearsal.PlayedWell(ByName[story], run => Write(run, "victim", Forged.ToJsonString(), 0.5));

        Assert.Equal(without.AwsCalls.Count, with.AwsCalls.Count);
        Assert.Equal(without.Stage.Judge.KubernetesRequests, with.Stage.Judge.KubernetesRequests);
        Assert.Equal(1, Count(with.Log, "\"eventId\":420"));
    }

    [Theory, MemberData(nameof(Stories))]
    public void One_that_replaces_the_functions_own_during_the_drain_hardens_nothing(string story)
    {
        using var run = Rehearsal.PlayedWell(ByName[story], run => Write(run, "victim", Forged.ToJsonString(), 1.2));

        Assert.InRange(Count(run.Log, "\"eventId\":420"), 0, 2);
    }

    [Fact]
    public void A_boot_id_that_an_agent_changes_stops_no_drain()
    {
        using var run = Rehearsal.PlayedWell(Recommended, run =>
        {
            ClusterOf(run, "victim").Apply(AgentRole);
            run.World.Agenda.After(TimeSpan.FromSeconds(30), () => Ask(
                ClusterOf(run, "victim"),
                "PATCH",
                $"/api/v1/nodes/{run.Stage.Instance("victim").NodeName}/status",
                ApiUser.ServiceAccount("kube-system", "cni"),
                JsonNode.Parse("{\"status\":{\"nodeInfo\":{\"bootID\":\"another\"}}}")));
        });

        Assert.DoesNotContain("lifted", run.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("victim", false)]
    [InlineData("victim", true)]
    [InlineData("foreign", false)]
    [InlineData("foreign", true)]
    public void The_sweep_lifts_nothing_that_an_agent_or_a_kubelet_claims_to_be_the_functions(string instance, bool isKubelet)
    {
        using var run = Rehearsal.PlayedWell(Quiet, run =>
        {
            Quarantine(run, instance);
            Write(run, instance, Over, 0.5, isKubelet);
            Write(run, instance, Over.Replace("INSTANCE", "i-0123456789abcdef0", StringComparison.Ordinal), 300, isKubelet);
        });

        AssertQuarantined(run, instance);
    }

    // Whoever registers a node sets its taints as well. What a kubelet cannot know is the UID that the node will have.
    [Fact]
    public void A_kubelet_that_registers_its_node_with_a_seal_has_sealed_nothing()
    {
        using var run = Rehearsal.PlayedWell(Quiet, run => run.World.Agenda.After(TimeSpan.FromSeconds(1), () =>
        {
            var cluster = ClusterOf(run, "victim");
            var name = run.Stage.Instance("victim").NodeName;
            var node = cluster.Node(name)!.Copy();
            Ask(cluster, "DELETE", $"/api/v1/nodes/{name}", ApiUser.Admin);
            var text = Over.Replace("INSTANCE", run.Stage.Instance("victim").InstanceId, StringComparison.Ordinal).Replace("quarantine:NoSchedule", "aws-node-termination-handler/spot-itn:NoSchedule", StringComparison.Ordinal);
            node["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { [InterruptionAnnotation.Annotation] = text } };
            node["spec"]!["taints"] = Taints(AnnotationSeal.Renew([], text));
            Ask(cluster, "POST", "/api/v1/nodes", ApiUser.Kubelet(name), node);
            Quarantine(run, "victim");
        }));

        AssertQuarantined(run, "victim");
    }

    [Theory]
    [InlineData("drainRequest", false)]
    [InlineData("drainRequest", true)]
    [InlineData("rebalanceRecommendation", true)]
    public void An_order_in_an_annotation_is_not_carried_out_although_its_seal_holds_nor_is_a_second_node_of_that_instance_touched(string kind, bool hasSecond)
    {
        using var run = Rehearsal.PlayedWell(hasSecond ? Quiet.Replace("events: [", "events: [{ at: 1s, register: { instance: refuge, as: victim } }, ", StringComparison.Ordinal) : Quiet, run =>
            run.World.Agenda.After(TimeSpan.FromSeconds(2), () => Seal(run, "victim", Valid(run, kind))));

        Assert.Equal(hasSecond, run.Log.Contains("both name instance", StringComparison.Ordinal));
    }

    /// <summary>Grammar and garbage, written before, during and after the work, by who may write no spec.</summary>
    [Fact]
    public void Whatever_an_agent_writes_a_run_ends_as_without_it_and_costs_no_call_more()
    {
        var baseline = ByName.Values.Select(yaml => (Yaml: yaml, Calls: Calls(yaml))).ToList();
        Gen.Select(Gen.Int[0, baseline.Count - 1], HostileText, Gen.Double[0.1, 4], Gen.Bool).Sample(
            (story, text, at, isKubelet) =>
            {
                using var run = new InProcessRun(ScenarioFiles.Parse(baseline[story].Yaml, "inline"));
                Write(run, "victim", text, at, isKubelet);
                var end = run.PlayToEnd();
                Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}");
                Assert.InRange(run.AwsCalls.Count + run.Stage.Judge.KubernetesRequests, 0, baseline[story].Calls + 6);
            },
            iter: 60,
            threads: 1);
    }

    private static int Calls(string yaml)
    {
        using var run = Rehearsal.PlayedWell(yaml);
        return run.AwsCalls.Count + run.Stage.Judge.KubernetesRequests;
    }

    private static readonly Gen<string> HostileText = Gen.OneOf(
        Gen.String[0, 40],
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 12], Gen.Bool).Select((member, what, isPlain) =>
        {
            var note = Forged.Copy();
            if (isPlain)
            {
                (note["chain"], note["chainAt"], note["taints"], note["labels"], note["hooks"]) = ("1795348799000-x.000000", "2026-11-22T12:00:00Z", new JsonArray(), new JsonArray(), new JsonArray());
            }

            var key = note.ElementAt(member).Key;
            note[key] = what switch
            {
                0 => null,
                1 => "",
                2 => 1e300,
                3 => new JsonArray(),
                4 => new JsonObject(),
                5 => "9999-12-31T23:59:59.9999999+14:00",
                6 => new string('x', 100_000),
                7 => new JsonArray("", null, 1),
                _ => note[key]?.DeepClone(),
            };
            return note.ToJsonString();
        }));

    private static string Edited(Action<JsonObject> edit)
    {
        var note = Forged.Copy();
        edit(note);
        return note.ToJsonString();
    }

    private static JsonObject Valid(InProcessRun run, string kind) => new()
    {
        ["instanceId"] = run.Stage.Instance("victim").InstanceId,
        ["nodeUid"] = ClusterOf(run, "victim").Node(run.Stage.Instance("victim").NodeName)!.Uid(),
        ["kinds"] = new JsonArray(kind),
        ["firstSeen"] = "2026-11-22T11:00:00Z",
        ["deadline"] = "2026-11-22T13:00:00Z",
        ["hardFrom"] = "0001-01-01T00:00:00Z",
        ["chain"] = "1-x.000000",
        ["chainAt"] = "2026-11-22T11:00:00Z",
        ["cordonedAt"] = "2026-11-22T11:00:00Z",
        ["cordonedByUs"] = false,
    };

    private static void AssertQuarantined(InProcessRun run, string instance)
    {
        var node = ClusterOf(run, instance).Node(run.Stage.Instance(instance).NodeName)!;
        Assert.True(node.IsTrue("spec", "unschedulable"));
        Assert.Superset(new HashSet<string?>(["quarantine", "aws-node-termination-handler/spot-itn"]), Tolerations.Taints(node).Select(taint => taint.Text("key")).ToHashSet());
        Assert.Equal("a", node.Text("metadata", "labels", "node-restriction.kubernetes.io/team"));
        Assert.Equal("a", node.Text("metadata", "labels", "team"));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
