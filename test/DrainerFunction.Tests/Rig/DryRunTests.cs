using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>DRY_RUN: every kind, every port, and nothing is written at any of them.</summary>
public sealed class DryRunTests
{
    // Whatever else could write is switched on.
    private const string Settings =
        "DRY_RUN: \"true\", EMIT_KUBERNETES_EVENTS: \"true\", TAINT_NODE: \"true\", EXCLUDE_FROM_LOAD_BALANCERS: \"true\", ENABLE_OUT_OF_SERVICE_TAINT: \"true\", MANAGED_TAG: aws-node-termination-handler/managed";

    private const string World = """
        name: dry
        limit: 20m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, instances: [reclaimed, scaled-in, vanished, replaced, other], spot: true, hooks: [{ name: drain, heartbeat: 30s }, { name: ready, on: launch, heartbeat: 120s }] }
          - { name: rebalancing, cluster: shop, instances: [recommended], spot: true, capacity-rebalance: true }
          - { name: pooling, cluster: shop, instances: [pooled, stays], warm-pool: true, hooks: [{ name: drain, heartbeat: 120s }, { name: ready, on: launch, heartbeat: 120s }] }
        instances: [{ name: taken-back, interruptible: true }, { name: stopped }, { name: terminated }, { name: retired }, { name: rebooted }, { name: spared }, { name: by-hand }, { name: refuge }]
        workloads:
          - { name: web, replicas: 12, stops-in: 2s }
          - { name: slow, replicas: 1, on: scaled-in, stops-in: 20s, starts-in: 1s }
          - { name: api, replicas: 2, on: by-hand, stops-in: 2s }
        """;

    private const string Events = """
        events:
          - { at: 1s, spot: reclaimed }
          - { at: 1s, scale-in: scaled-in }
          - { at: 1s, delete-node: vanished }
          - { at: 2s, scale-in: vanished }
          - { at: 1s, replace: replaced }
          - { at: 1s, rebalance: recommended }
          - { at: 1s, capacity-reclaim: taken-back }
          - { at: 1s, stop: stopped }
          - { at: 1s, terminate: terminated }
          - { at: 1s, maintenance: { instance: retired, in: 3m } }
          - { at: 1s, maintenance: { instance: rebooted, code: system-reboot, in: 3m } }
          - { at: 1s, maintenance: { instance: spared, code: system-reboot, in: 30m } }
          - { at: 1s, resize: { group: pooling, desired: 1 } }
          - { at: 10s, cancel: spared }
          - { at: 20s, invoke: '{"drain":{"instance":"{instance:by-hand}"}}' }
          - { at: 21s, invoke: '{"plan":{"instance":"{instance:by-hand}"}}' }
          - { at: 4m, resize: { group: pooling, desired: 2 } }
          - { at: 5m, invoke: '{"sweep":{}}' }
          - { at: 9m, invoke: '{"sweep":{}}' }
        expect: { nodes: { by-hand: untouched, refuge: untouched }, not-before: 10m }
        """;

    private static readonly string[] Kinds = ["SpotReclaim", "Termination", "Launch", "RebalanceRecommendation", "CapacityReclaim", "StateChange", "ScheduledChange", "DrainRequest"];

    [Fact]
    public void It_writes_nothing_at_any_port_whatever_happens_and_says_what_it_would_have_done()
    {
        using var run = Played(Settings);

        Assert.All(Kinds, kind => Assert.Contains($"\"kinds\":[\"{kind}\"]", run.Log, StringComparison.Ordinal));
        Assert.DoesNotContain(run.AwsCalls, IsWrite);
        Assert.DoesNotContain(Kubernetes(run), verb => verb is not ("get" or "list" or "watch"));
        Assert.Empty(run.Webhook.Seen);
        Assert.Empty(run.World.Invariants.Violations);
        Assert.DoesNotContain("\"outcome\":\"failed\"", run.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("dry run: nothing was written", run.Log, StringComparison.Ordinal);
        Assert.Contains("dry run: its lifecycle hook would be completed with", run.Log, StringComparison.Ordinal);
        Assert.Contains("dry run: the lifecycle hook would be completed when the node is Ready", run.Log, StringComparison.Ordinal);
    }

    // The same story for real writes at every one of them: what is counted above is not nothing by accident.
    [Fact]
    public void Without_it_the_same_story_writes_at_all_of_them()
    {
        using var run = Played(Settings.Replace("DRY_RUN: \"true\"", "DRY_RUN: \"false\"", StringComparison.Ordinal));

        Assert.Equal(
            ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "sqs:ChangeMessageVisibilityBatch", "sqs:SendMessage"],
            run.AwsCalls.Where(IsWrite).Distinct().Order());
        Assert.Superset(new HashSet<string> { "create", "patch" }, Kubernetes(run).ToHashSet());
        Assert.NotEmpty(run.Webhook.Seen);
    }

    private static bool IsWrite(string call) => !call.Split(':')[1].StartsWith("Describe", StringComparison.Ordinal);

    private static IEnumerable<string> Kubernetes(InProcessRun run)
    {
        var cluster = run.Stage.Clusters["shop"].Cluster;
        return cluster.Api.Requests.Where(request => request.User.IsIn(cluster.Settings.JudgedGroup)).Select(request => request.Verb);
    }

    private static InProcessRun Played(string settings)
    {
        var run = new InProcessRun(ScenarioFiles.Parse($"{World}\nfunction: {{ environment: {{ {settings} }} }}\n{Events}", "inline"));
        run.Webhook.IsSet = true;
        run.PlayToEnd();
        return run;
    }
}
