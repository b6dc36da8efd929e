using DrainerFunction.Sandbox.Scenarios;
using static DrainerFunction.Rig.CheckScene;

namespace DrainerFunction.Rig;

/// <summary>Whom a two-minute notice would hurt, as a check says it: each harm with its sentence and what mends it.</summary>
public sealed class CheckReadinessTests
{
    public static TheoryData<string, string, string, string, string, string> WorkloadRisks => new()
    {
        { "on: one }", "on: one, grace: 600s }", "grace-too-long", "wouldBeCut", "2 pods would get 115 s of a grace period of 600 s", "terminationGracePeriodSeconds to 115" },
        { "max-unavailable: \"1\"", "max-unavailable: \"0\"", "budget-never-allows", "wouldBeCut", "never allows a disruption (maxUnavailable 0)", "kubectl --namespace default patch poddisruptionbudget web" },
        { "max-unavailable: \"1\"", "min-available: \"2\"", "budget-never-allows", "wouldBeCut", "never allows a disruption (minAvailable 2 of 2 pods)", "maxUnavailable" },
        { "on: one }", "on: one, never-ready: true }", "budget-exhausted", "wouldBeCut", "allows no disruption now (healthy 0, required 1)", "unhealthyPodEvictionPolicy" },
        { "max-unavailable: \"1\" }", "max-unavailable: \"1\" }\n  - { name: twin, of: web, max-unavailable: \"1\" }", "two-budgets", "wouldBeCut", "2 pods are under 2 disruption budgets (twin, web)", "kubectl --namespace default delete poddisruptionbudget" },
        { "replicas: 2, on: one }", "replicas: 4, on: one, grace: 40s }", "budget-too-slow", "wouldBeCut", "allows 1 at a time: the pods of one node would need 160 s", "topologySpreadConstraints" },
        { "on: one }", "on: one }\n  - { name: alone, kind: pod, on: one }", "standalone-pod", "wouldBeLost", "has no controller", "Run it as a Deployment" },
        { "on: one }", "on: one }\n  - { name: single, replicas: 1, on: one }", "single-replica", "ready", "a single replica and no disruption budget", "scale deployment single --replicas 2" },
        { "on: one }", "on: one, local-data: true }", "local-data", "ready", "2 pods would leave their emptyDir data behind", "persistent volume" },
        { "on: one }", "on: one, local-data: true }\nfunction: { environment: { DELETE_LOCAL_DATA: \"false\" } }", "local-data", "wouldBeLost", "would not be evicted", "DELETE_LOCAL_DATA=true" },
        { "on: one }", "on: one, annotations: { karpenter.sh/do-not-disrupt: \"true\" } }", "opt-out", "wouldBeCut", "opted out by karpenter.sh/do-not-disrupt", "node affinity" },
        { "on: one }", "on: one, annotations: { cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\" } }", "opt-out", "wouldBeCut", "opted out by cluster-autoscaler.kubernetes.io/safe-to-evict", "node affinity" },
        { "replicas: 2, on: one }", "kind: pod, on: one }", "budget-never-allows", "wouldBeCut", "its numbers cannot be computed", "patch poddisruptionbudget web" },
        { "on: one }", "on: one, tolerates: true }", "tolerates-cordon", "wouldBeCut", "2 pods tolerate the cordon", "toleration" },
        { "on: one }", "on: one, claims: [data] }", "volumes-move", "ready", "2 pods have volumes that are detached", "replicate" },
        { "max-unavailable: \"1\"", "max-unavailable: \"0\" }\nfunction: { environment: { FORCE_BEFORE_DEADLINE: \"false\" }", "budget-never-allows", "wouldBeLost", "would end with the machine", "maxUnavailable" },
    };

    [Theory, MemberData(nameof(WorkloadRisks))]
    public void What_would_hurt_a_workload_is_told_with_what_mends_it(string right, string wrong, string id, string verdict, string sentence, string mend)
    {
        var check = Asked(Changed(right, wrong));

        var workloads = check["clusters"]![0]!["workloads"]!.AsArray();
        var (workload, found) = Assert.Single(
            from one in workloads
            from finding in one!["findings"]!.AsArray()
            where finding!["id"]!.ToString() == id
            select (one, finding));
        Assert.Equal(verdict, found["verdict"]!.ToString());
        Assert.Contains(sentence, found["sentence"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(mend, found["mend"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(verdict is "ready", (bool)check["ok"]!);
    }

    [Theory]
    [InlineData("replicas: 2, on: one }", "replicas: 4, on: one, grace: 40s }", 160.0)]
    [InlineData("max-unavailable: \"1\"", "max-unavailable: \"0\"", null)]
    public void A_node_that_would_not_be_empty_in_time_is_named_with_the_time_that_it_needs(string right, string wrong, double? needs)
    {
        var cluster = Asked(Changed(right, wrong))["clusters"]![0]!;

        var node = Assert.Single(cluster["lateNodes"]!.AsArray())!;
        Assert.Equal((needs, 120.0), ((double?)node["needsSeconds"], (double)node["hasSeconds"]!));
        Assert.Equal(2, (int)cluster["nodes"]!);
    }

    [Fact]
    public void The_answer_as_text_is_a_string_with_a_line_for_each_finding_and_its_mend()
    {
        var text = Asked(Changed("on: one }", "on: one, grace: 600s }"), """{"check":{"format":"text"}}""").GetValue<string>();

        Assert.Contains("NOT OK\n", text, StringComparison.Ordinal);
        Assert.Contains("x Deployment default/web (2 of 2 here): would be cut\n      grace-too-long: ", text, StringComparison.Ordinal);
        Assert.Contains("→ Set terminationGracePeriodSeconds to 115 or less", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_what_is_answered_for_a_set_up_with_one_of_each_problem()
    {
        var scenario = ScenarioFiles.Load("unready");
        scenario.Events.RemoveAll(one => one.Invoke is not null);
        using var run = Run(scenario, """{"check":{"format":"text"}}""", 2);

        var answer = Answered(run).GetValue<string>();
        Assert.True(Stack.Text("docs/check.md").Contains($"```text\n{answer}```", StringComparison.Ordinal), $"docs/check.md does not show this answer:\n{answer}");
    }
}
