using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>Statuses as an API server 1.36 gave them; texts and order of the checks from upstream's pkg/registry/core/pod/storage/eviction.go.</summary>
public sealed class EvictionTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory, InlineData("policy/v1"), InlineData("policy/v1beta1")]
    public void An_eviction_that_the_budget_allows_is_answered_201(string version)
    {
        Web(2);
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        var answer = _cluster.Evict(FirstWeb(), version: version);

        Assert.Equal(201, answer.Status);
        Assert.Equal("Success", answer.Body.Text("status"));
        Assert.Equal("True", _cluster.Pod(FirstWeb())!.Condition("DisruptionTarget").Text("status"));
    }

    [Fact]
    public void A_budget_at_zero_answers_429_with_its_cause_and_without_Retry_After()
    {
        Web(2);
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "2");

        var answer = _cluster.Evict(FirstWeb());

        Assert.Equal((429, "TooManyRequests"), (answer.Status, answer.Body.Text("reason")));
        Assert.Equal("Cannot evict pod as it would violate the pod's disruption budget.", answer.Body.Text("message"));
        var cause = Assert.Single(answer.Body.Items("details", "causes"));
        Assert.Equal(("DisruptionBudget", "The disruption budget web needs 2 healthy pods and has 2 currently"), (cause.Text("reason"), cause.Text("message")));
        Assert.Empty(answer.Headers);
    }

    [Fact]
    public void A_budget_that_changed_just_now_answers_429_with_Retry_After_until_it_was_computed()
    {
        Web(2);
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "2");
        _cluster.Patch("/apis/policy/v1/namespaces/default/poddisruptionbudgets/web", """{"spec":{"minAvailable":1}}""", "merge-patch");

        var early = _cluster.Evict(FirstWeb());
        _cluster.Pass(1);

        Assert.Equal((429, "10"), (early.Status, early.Headers["Retry-After"]));
        Assert.Equal(201, _cluster.Evict(FirstWeb()).Status);
    }

    [Fact]
    public void A_pod_under_two_budgets_is_answered_500()
    {
        Web(2);
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1", name: "web-too");

        var answer = _cluster.Evict(FirstWeb());

        Assert.Equal(500, answer.Status);
        Assert.Equal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", answer.Body.Text("message"));
    }

    [Theory, InlineData(null, 429), InlineData("IfHealthyBudget", 429), InlineData("AlwaysAllow", 201)]
    public void An_unready_pod_under_a_budget_is_held_unless_its_policy_is_AlwaysAllow(string? policy, int status)
    {
        _cluster.Cluster.AddReplicaSet(new PodSpec("web") { NeverReady = true }, 2, "node-1");
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1", unhealthyPodEvictionPolicy: policy);

        Assert.Equal(status, _cluster.Evict(FirstWeb()).Status);
    }

    // eviction.go: "IfHealthyBudget" lets unready pods go while the budget itself is healthy.
    [Fact]
    public void An_unready_pod_goes_while_enough_others_are_healthy_and_charges_no_budget()
    {
        Web(2);
        _cluster.Cluster.AddPod(new("sick") { Node = "node-1", NeverReady = true, Labels = new Dictionary<string, string> { ["app"] = "web" } });
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "2");

        Assert.Equal(201, _cluster.Evict("sick").Status);
        Assert.Equal(0, _cluster.Cluster.Store.Get(ResourceKinds.DisruptionBudgets, "default", "web").Number("status", "disruptionsAllowed"));
    }

    [Theory, InlineData("Succeeded"), InlineData("Failed")]
    public void A_finished_pod_is_evicted_without_asking_its_budget(string phase)
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", FinishedAs = phase });
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        Assert.Equal(201, _cluster.Evict("web").Status);
        Assert.Null(_cluster.Pod("web"));
    }

    [Fact]
    public void A_mirror_pod_is_evicted_with_201_and_the_kubelet_brings_it_back_at_once()
    {
        _cluster.Cluster.AddPod(new("static-node-1") { Node = "node-1", IsMirror = true });
        var uid = _cluster.Pod("static-node-1")!.Uid();

        Assert.Equal(201, _cluster.Evict("static-node-1").Status);
        _cluster.Pass(1);

        Assert.NotEqual(uid, _cluster.Pod("static-node-1")!.Uid());
    }

    [Fact]
    public void An_eviction_of_another_pod_under_the_same_name_is_a_conflict()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });

        var answer = _cluster.Evict("web", new() { ["preconditions"] = new JsonObject { ["uid"] = "old" } });

        Assert.Equal((409, "Conflict"), (answer.Status, answer.Body.Text("reason")));
        Assert.Equal(
            $"Operation cannot be fulfilled on Pod \"web\": the UID in the precondition (old) does not match the UID in record ({_cluster.Pod("web")!.Uid()}). The object might have been deleted and then recreated",
            answer.Body.Text("message"));
        Assert.Null(_cluster.Pod("web")!.At("metadata", "deletionTimestamp"));
    }

    [Fact]
    public void The_grace_of_an_eviction_is_the_pods_own_unless_it_says_otherwise()
    {
        _cluster.Cluster.AddPod(new("own") { Node = "node-1", GracePeriod = TimeSpan.FromSeconds(42) });
        _cluster.Cluster.AddPod(new("told") { Node = "node-1", GracePeriod = TimeSpan.FromSeconds(42) });

        _cluster.Evict("own");
        _cluster.Evict("told", new() { ["gracePeriodSeconds"] = 7 });

        Assert.Equal(42, _cluster.Pod("own").Number("metadata", "deletionGracePeriodSeconds"));
        Assert.Equal(7, _cluster.Pod("told").Number("metadata", "deletionGracePeriodSeconds"));
    }

    [Fact]
    public void A_dry_run_evicts_nothing_and_charges_no_budget()
    {
        Web(2);
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        var revision = _cluster.Cluster.Store.Revision;

        Assert.Equal(201, _cluster.Evict(FirstWeb(), new() { ["dryRun"] = new JsonArray("All") }).Status);

        Assert.Equal(revision, _cluster.Cluster.Store.Revision);
        Assert.Equal(0, _cluster.Cluster.EvictionsCount);
    }

    [Fact]
    public void A_pod_that_is_gone_is_answered_404()
    {
        var answer = _cluster.Evict("web");

        Assert.Equal((404, "NotFound", "pods \"web\" not found"), (answer.Status, answer.Body.Text("reason"), answer.Body.Text("message")));
    }

    // admission/plugin/namespace/lifecycle
    [Fact]
    public void In_a_terminating_namespace_an_eviction_is_forbidden()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", Namespace = "old", StopsIn = TimeSpan.FromSeconds(20) });
        _cluster.Ask("DELETE", "/api/v1/namespaces/old");

        var answer = _cluster.Evict("web", space: "old");

        Assert.Equal((403, "Forbidden"), (answer.Status, answer.Body.Text("reason")));
        Assert.Equal("NamespaceTerminating", answer.Body.Items("details", "causes").Single().Text("reason"));
    }

    // admission/plugin/webhook/errors
    [Fact]
    public void A_webhook_that_refuses_is_named_in_the_answer()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.Api.Webhooks.Add(new("guard.example.com", (target, _) => target.Subresource == "eviction" ? "not today" : null));

        var answer = _cluster.Evict("web");

        Assert.Equal((403, "admission webhook \"guard.example.com\" denied the request: not today"), (answer.Status, answer.Body.Text("message")));
    }

    private void Web(int replicas) => _cluster.Cluster.AddReplicaSet(new("web"), replicas, "node-1");

    private string FirstWeb() => _cluster.PodNames("node-1").First(name => name.StartsWith("web-", StringComparison.Ordinal));
}
