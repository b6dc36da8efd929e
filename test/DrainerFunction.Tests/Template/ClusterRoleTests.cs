using DrainerFunction.ApiServer;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>deploy/rbac.yaml and the calls that the function makes to an API server, both ways.</summary>
public sealed class ClusterRoleTests
{
    private static readonly Dictionary<string, string> Verbs = new()
    {
        [nameof(IApiServer.GetNodeAsync)] = "get nodes",
        [nameof(IApiServer.ListNodesAsync)] = "list nodes",
        [nameof(IApiServer.WatchNodeAsync)] = "watch nodes",
        [nameof(IApiServer.PatchNodeAsync)] = "patch nodes",
        [nameof(IApiServer.ListPodsAsync)] = "list pods",
        [nameof(IApiServer.WatchPodsAsync)] = "watch pods",
        [nameof(IApiServer.EvictAsync)] = "create pods/eviction",
        [nameof(IApiServer.DeleteAsync)] = "delete pods",
        [nameof(IApiServer.ListDisruptionBudgetsAsync)] = "list policy/poddisruptionbudgets",
        [nameof(IApiServer.WatchDisruptionBudgetsAsync)] = "watch policy/poddisruptionbudgets",
        [nameof(IApiServer.GetVolumeOfClaimAsync)] = "get persistentvolumeclaims",
        [nameof(IApiServer.GetVolumeNamesAsync)] = "get persistentvolumes",
        [nameof(IApiServer.CreateEventAsync)] = "create events",
    };

    [Fact]
    public void Every_call_has_its_verb_here() =>
        Assert.Equal(typeof(IApiServer).GetMethods().Select(call => call.Name).Order(), Verbs.Keys.Order());

    [Fact]
    public void The_role_has_the_verbs_of_the_calls_and_no_other() =>
        Assert.Equal(Verbs.Values.Order(), Allowed().Order());

    [Fact]
    public void Deleting_pods_is_a_role_of_its_own() => Assert.Equal(["delete pods"], Allowed("node-drainer-delete-pods"));

    [Theory]
    [InlineData(1, "node-drainer")]
    [InlineData(3, "node-drainer-delete-pods")]
    public void A_role_is_bound_to_the_group_and_to_nobody_else(int document, string role)
    {
        var binding = Stack.Load("deploy/rbac.yaml")[document];

        Assert.Equal(("ClusterRoleBinding", role), (binding["kind"].ToString(), binding["roleRef"]["name"].ToString()));
        var subject = Assert.Single((YamlSequenceNode)binding["subjects"]);
        Assert.Equal(("Group", "node-drainer"), (subject["kind"].ToString(), subject["name"].ToString()));
    }

    private static IEnumerable<string> Allowed(string? name = null) =>
        from role in Stack.Load("deploy/rbac.yaml")
        where role["kind"].ToString() is "ClusterRole" && (name is null || role["metadata"]["name"].ToString() == name)
        from rule in (YamlSequenceNode)role["rules"]
        from apiGroup in (YamlSequenceNode)rule["apiGroups"]
        from resource in (YamlSequenceNode)rule["resources"]
        from verb in (YamlSequenceNode)rule["verbs"]
        select apiGroup.ToString() is "" ? $"{verb} {resource}" : $"{verb} {apiGroup}/{resource}";
}
