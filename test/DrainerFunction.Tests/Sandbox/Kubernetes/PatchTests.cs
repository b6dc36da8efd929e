using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>RFC 7396, RFC 6902 and the patchStrategy tags of upstream's core/v1 types.</summary>
public sealed class PatchTests : IDisposable
{
    private const string Node = "/api/v1/nodes/node-1";

    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    // NodeSpec.Taints has no patchStrategy: the list is atomic, in a strategic patch too.
    [Theory, InlineData("strategic-merge-patch"), InlineData("merge-patch")]
    public void The_taints_of_a_node_are_replaced_as_a_whole(string kind)
    {
        _cluster.Patch(Node, """{"spec":{"taints":[{"key":"a","effect":"NoSchedule"},{"key":"b","effect":"NoSchedule"}]}}""", kind);

        _cluster.Patch(Node, """{"spec":{"taints":[{"key":"c","effect":"NoSchedule"}]}}""", kind);

        Assert.Equal(["c"], _cluster.Cluster.Node("node-1").Items("spec", "taints").Select(taint => taint.Text("key")));
    }

    [Fact]
    public void Two_taints_of_one_key_and_effect_are_invalid()
    {
        var answer = _cluster.Patch(Node, """{"spec":{"taints":[{"key":"a","effect":"NoSchedule","value":"1"},{"key":"a","effect":"NoSchedule","value":"2"}]}}""");

        Assert.Equal((422, "Invalid"), (answer.Status, answer.Body.Text("reason")));
    }

    [Fact]
    public void A_strategic_patch_merges_conditions_by_type_where_a_merge_patch_replaces_them()
    {
        const string OneCondition = """{"status":{"conditions":[{"type":"Ready","status":"False"}]}}""";

        var strategic = _cluster.Patch(Node + "/status", OneCondition).Body;
        var merge = _cluster.Patch("/api/v1/nodes/node-2/status", OneCondition, "merge-patch").Body;

        Assert.Equal(4, strategic.Items("status", "conditions").Count());
        Assert.False(((JsonObject)strategic!).ConditionIsTrue("Ready"));
        Assert.Single(merge.Items("status", "conditions"));
    }

    [Fact]
    public void A_strategic_patch_deletes_one_element_by_its_key()
    {
        var answer = _cluster.Patch(Node + "/status", """{"status":{"conditions":[{"$patch":"delete","type":"DiskPressure"}]}}""");

        Assert.Equal(["MemoryPressure", "PIDPressure", "Ready"], answer.Body.Items("status", "conditions").Select(one => one.Text("type")));
    }

    [Fact]
    public void Containers_merge_by_name()
    {
        _cluster.Cluster.AddDeployment(new("web"), 1, "node-1");

        var answer = _cluster.Patch("/apis/apps/v1/namespaces/default/deployments/web", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s"},{"name":"web","image":"w"}]}}}}""");

        Assert.Equal(["web=w", "side=s"], answer.Body.Items("spec", "template", "spec", "containers").Select(one => $"{one.Text("name")}={one.Text("image")}"));
    }

    [Fact]
    public void Retain_keys_removes_the_others()
    {
        _cluster.Patch(Node, """{"metadata":{"annotations":{"a":"1","b":"2"}}}""");

        var answer = _cluster.Patch(Node, """{"metadata":{"annotations":{"$retainKeys":["b"],"b":"3"}}}""");

        Assert.Equal("""{"b":"3"}""", answer.Body.At("metadata", "annotations")!.ToJsonString());
    }

    [Fact]
    public void Finalizers_are_taken_out_of_their_list_by_value()
    {
        _cluster.Patch(Node, """{"metadata":{"finalizers":["example.com/a","example.com/b"]}}""");

        var answer = _cluster.Patch(Node, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["example.com/a"]}}""");

        Assert.Equal(["example.com/b"], answer.Body.Texts("metadata", "finalizers"));
    }

    [Fact]
    public void A_json_patch_tests_before_it_writes()
    {
        var good = _cluster.Patch(Node, """[{"op":"test","path":"/metadata/name","value":"node-1"},{"op":"add","path":"/spec/unschedulable","value":true}]""", "json-patch");
        var bad = _cluster.Patch(Node, """[{"op":"test","path":"/metadata/name","value":"other"},{"op":"remove","path":"/spec/unschedulable"}]""", "json-patch");

        Assert.Equal((200, 422), (good.Status, bad.Status));
        Assert.True(_cluster.Cluster.Node("node-1").IsTrue("spec", "unschedulable"));
    }

    // registry/generic/registry/store.go and apimachinery's NewConflict
    [Fact]
    public void A_patch_on_an_old_version_is_a_conflict()
    {
        var version = _cluster.Cluster.Node("node-1").Text("metadata", "resourceVersion");
        _cluster.Patch(Node, """{"metadata":{"labels":{"x":"y"}}}""");

        var answer = _cluster.Patch(Node, "{\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"spec\":{\"unschedulable\":true}}");

        Assert.Equal((409, "Conflict"), (answer.Status, answer.Body.Text("reason")));
        Assert.Equal("Operation cannot be fulfilled on nodes \"node-1\": the object has been modified; please apply your changes to the latest version and try again", answer.Body.Text("message"));
        Assert.False(_cluster.Cluster.Node("node-1").IsTrue("spec", "unschedulable"));
    }

    [Fact]
    public void A_patch_that_changes_nothing_makes_no_new_version()
    {
        var version = _cluster.Cluster.Node("node-1").Text("metadata", "resourceVersion");

        var answer = _cluster.Patch(Node, """{"metadata":{"labels":{"kubernetes.io/os":"linux"}}}""");

        Assert.Equal(version, answer.Body.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public void A_dry_run_writes_nothing_and_shows_what_it_would_have_written()
    {
        var revision = _cluster.Cluster.Store.Revision;

        var answer = _cluster.Patch(Node + "?dryRun=All", """{"spec":{"unschedulable":true}}""");

        Assert.True(answer.Body.IsTrue("spec", "unschedulable"));
        Assert.Equal(revision, _cluster.Cluster.Store.Revision);
    }

    [Fact]
    public void The_main_resource_never_changes_the_status_and_the_status_nothing_else()
    {
        _cluster.Patch(Node, """{"status":{"phase":"x"}}""");
        _cluster.Patch(Node + "/status", """{"spec":{"unschedulable":true}}""");

        Assert.Null(_cluster.Cluster.Node("node-1").At("status", "phase"));
        Assert.False(_cluster.Cluster.Node("node-1").IsTrue("spec", "unschedulable"));
    }

    [Fact]
    public void A_content_type_that_is_no_patch_is_answered_415() =>
        Assert.Equal(415, _cluster.Ask("PATCH", Node, new JsonObject()).Status);
}
