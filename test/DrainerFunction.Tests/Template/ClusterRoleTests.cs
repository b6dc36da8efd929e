using DrainerFunction.ApiServer;
using DrainerFunction.DirectInvocations.Check.Setup;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>deploy/rbac.yaml and the calls that the function makes to an API server, both ways.</summary>
public sealed class ClusterRoleTests
{
    private static readonly Dictionary<string, string> Verbs = new()
    {
        [nameof(IApiServer.GetNodeAsync)] = "get nodes",
        [nameof(IApiServer.ListNodeAsync)] = "list nodes",
        [nameof(IApiServer.ListNodesAsync)] = "list nodes",
        [nameof(IApiServer.WatchNodeAsync)] = "watch nodes",
        [nameof(IApiServer.WatchNodesAsync)] = "watch nodes",
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
        Assert.Equal(typeof(IApiServer).GetMethods().Where(call => !call.IsSpecialName).Select(call => call.Name).Order(), Verbs.Keys.Order());

    [Fact]
    public void The_role_has_the_verbs_of_the_calls_and_no_other() =>
        Assert.Equal(Verbs.Values.Distinct().Order(), Allowed().Order());

    [Fact]
    public void Deleting_pods_is_a_role_of_its_own() => Assert.Equal(["delete pods"], Allowed("node-drainer-delete-pods"));

    [Fact]
    public void A_check_asks_for_each_verb_of_the_role() =>
        Assert.Equal(Allowed().Order(), ClusterRights.All.Select(right => right.ToString()).Order());

    [Fact]
    public void The_role_of_the_check_reads_admission_and_nothing_else_and_has_the_same_group()
    {
        Assert.Equal(
            AdmissionWebhook.Paths.Append(AdmissionWebhook.Policies).Select(path => $"list admissionregistration.k8s.io/{path[(path.LastIndexOf('/') + 1)..]}").Order(),
            Allowed(file: "deploy/rbac-check.yaml").Order());
        Assert.Equal("node-drainer", Assert.Single((YamlSequenceNode)Stack.Load("deploy/rbac-check.yaml")[1]["subjects"])["name"].ToString());
    }

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

    private static IEnumerable<string> Allowed(string? name = null, string file = "deploy/rbac.yaml") =>
        from role in Stack.Load(file)
        where role["kind"].ToString() is "ClusterRole" && (name is null || role["metadata"]["name"].ToString() == name)
        from rule in (YamlSequenceNode)role["rules"]
        from apiGroup in (YamlSequenceNode)rule["apiGroups"]
        from resource in (YamlSequenceNode)rule["resources"]
        from verb in (YamlSequenceNode)rule["verbs"]
        select apiGroup.ToString() is "" ? $"{verb} {resource}" : $"{verb} {apiGroup}/{resource}";
}
