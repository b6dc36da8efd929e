using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>Rights, the wording of refusals (apiserver's responsewriters), and what the world objects to.</summary>
public sealed class AuthorizationTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/secrets", "secrets is forbidden: User \"drainer\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", "/apis/apps/v1/deployments", "deployments.apps is forbidden: User \"drainer\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope")]
    [InlineData("DELETE", "/api/v1/nodes/node-1", "nodes \"node-1\" is forbidden: User \"drainer\" cannot delete resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("PATCH", "/api/v1/namespaces/default/pods/web/status", "pods \"web\" is forbidden: User \"drainer\" cannot patch resource \"pods/status\" in API group \"\" in the namespace \"default\"")]
    public void What_no_role_grants_is_forbidden(string method, string path, string message)
    {
        var answer = _cluster.Ask(method, path, new JsonObject(), user: ClusterFixture.Drainer);

        Assert.Equal((403, "Forbidden", message), (answer.Status, answer.Body.Text("reason"), answer.Body.Text("message")));
    }

    [Fact]
    public void A_role_grants_what_it_names()
    {
        Assert.Equal(200, _cluster.Ask("GET", "/api/v1/nodes/node-1", user: ClusterFixture.Drainer).Status);
        Assert.Equal(200, _cluster.Ask("GET", "/api/v1/pods?watch=true", user: ClusterFixture.Drainer).Status);
        Assert.Equal(200, _cluster.Ask("GET", "/apis", user: ClusterFixture.Drainer).Status);
        Assert.Equal(403, _cluster.Ask("GET", "/apis", user: ApiUser.Anonymous).Status);
    }

    [Theory, InlineData("pods", "eviction", true), InlineData("pods", "", false)]
    public void A_client_may_ask_about_its_own_rights(string resource, string subresource, bool allowed)
    {
        var review = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject { ["verb"] = "create", ["resource"] = resource, ["subresource"] = subresource, ["namespace"] = "default" },
            },
        };

        var answer = _cluster.Ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, user: ClusterFixture.Drainer);

        Assert.Equal((201, allowed), (answer.Status, answer.Body.IsTrue("status", "allowed")));
    }

    [Fact]
    public void The_world_objects_to_an_eviction_from_a_node_that_still_takes_pods()
    {
        _cluster.Cluster.AddPod(new("a") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("b") { Node = "node-1" });

        _cluster.Evict("a", user: ClusterFixture.Drainer);
        Assert.Equal([Objections.EvictedFromOpenNode], _cluster.World.Invariants.Violations.Select(one => one.Rule));
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");
        _cluster.Evict("b", user: ClusterFixture.Drainer);

        Assert.Single(_cluster.World.Invariants.Violations);
    }

    [Theory, InlineData(false, 1), InlineData(true, 0)]
    public void The_world_objects_to_a_bypassed_budget_before_the_last_resort(bool deadline, int violations)
    {
        _cluster.Cluster.IsLastResort = (_, grace) => deadline && grace == TimeSpan.FromSeconds(30);
        _cluster.Cluster.AddReplicaSet(new("web"), 1, "node-1");
        _cluster.Cluster.AddDisruptionBudget("web", minAvailable: "1");
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");

        _cluster.Ask("DELETE", $"/api/v1/namespaces/default/pods/{_cluster.PodNames("node-1").Single()}", user: ClusterFixture.Drainer);

        Assert.Equal(violations, _cluster.World.Invariants.Violations.Count(one => one.Rule == Objections.BudgetBypassed));
    }

    [Theory]
    [InlineData("karpenter.sh/do-not-disrupt", "true", false, 1)]
    [InlineData("cluster-autoscaler.kubernetes.io/safe-to-evict", "false", false, 1)]
    [InlineData("karpenter.sh/do-not-disrupt", "false", false, 0)]
    [InlineData("karpenter.sh/do-not-disrupt", "true", true, 0)]
    public void The_world_objects_to_the_eviction_of_a_pod_that_opts_out_before_its_turn(string annotation, string value, bool mayDisturb, int violations)
    {
        _cluster.Cluster.MayDisturb = (_, _) => mayDisturb;
        _cluster.Cluster.AddPod(new("a") { Node = "node-1", Annotations = new Dictionary<string, string> { [annotation] = value } });
        _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");

        _cluster.Evict("a", user: ClusterFixture.Drainer);

        Assert.Equal(violations, _cluster.World.Invariants.Violations.Count(one => one.Rule == Objections.OptOutDisregarded));
    }

    [Fact]
    public void Of_anybody_else_the_world_takes_no_notice()
    {
        _cluster.Cluster.AddPod(new("a") { Node = "node-1" });

        _cluster.Evict("a");

        Assert.Empty(_cluster.World.Invariants.Violations);
    }

    // The priority and fairness filter answers in plain text.
    [Fact]
    public void A_fault_hits_the_nth_request_that_it_matches()
    {
        _cluster.Cluster.Faults.Add(new(new Fault.TooManyRequests(TimeSpan.FromSeconds(3)), Nth: 2, Times: 1) { Verb = "get", Resource = "nodes" });

        int[] answers = [.. Enumerable.Range(0, 3).Select(_ => _cluster.Ask("GET", "/api/v1/nodes/node-1").Status)];
        var log = _cluster.Cluster.Api.Requests.Select(one => one.Status);

        Assert.Equal([200, 429, 200], answers);
        Assert.Equal(answers, log);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_lost_connection_leaves_open_whether_the_request_was_applied(bool applied)
    {
        _cluster.Cluster.Faults.Add(new(applied ? new Fault.ResetAfter() : new Fault.ResetBefore()) { Verb = "patch" });

        var answer = _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""");

        Assert.True(answer.ConnectionWasLost);
        Assert.Equal(applied, _cluster.Cluster.Node("node-1").IsTrue("spec", "unschedulable"));
    }

    [Theory]
    [InlineData("GET", "/api/v1/nodes/none", 404, "nodes \"none\" not found")]
    [InlineData("POST", "/api/v1/namespaces/none/configmaps", 404, "namespaces \"none\" not found")]
    [InlineData("POST", "/api/v1/namespaces", 409, "namespaces \"default\" already exists")]
    public void Refusals_are_worded_as_upstream_words_them(string method, string path, int status, string message)
    {
        var answer = _cluster.Ask(method, path, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } });

        Assert.Equal((status, message), (answer.Status, answer.Body.Text("message")));
    }

    [Fact]
    public void An_event_is_one_thing_under_both_of_its_groups()
    {
        _cluster.Ask("POST", "/api/v1/namespaces/default/events", JsonNode.Parse("""{"metadata":{"name":"e"},"involvedObject":{"kind":"Node","name":"node-1"},"message":"hello","reason":"R","type":"Normal"}"""));

        Assert.Equal("hello", _cluster.Ask("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e").Body.Text("note"));
        Assert.Single(_cluster.Ask("GET", "/api/v1/events?fieldSelector=involvedObject.name%3Dnode-1").Body.Items("items"));
    }
}
