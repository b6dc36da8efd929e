using System.Text.Json.Nodes;
using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>deploy/admission.yaml in the world: who may write what of a node.</summary>
public sealed class NodePolicyTests : IDisposable
{
    private static readonly Dictionary<string, ApiUser> Users = new()
    {
        ["admin"] = ApiUser.Admin,
        ["kubelet"] = ApiUser.Kubelet("node-a"),
        ["agent"] = ApiUser.ServiceAccount("kube-system", "cni"),
        ["function"] = new("drainer", ["node-drainer", "system:authenticated"]),
    };

    private readonly ClusterRig _rig = new();

    public NodePolicyTests() => _rig.Cluster.Apply("""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: cni }
        rules:
          - { apiGroups: [""], resources: ["nodes", "nodes/status"], verbs: ["get", "patch", "update"] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: cni }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cni }
        subjects:
          - { kind: ServiceAccount, name: cni, namespace: kube-system }
        """);

    [Theory]
    [InlineData("kubelet", "/status", """{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}""", "writes the annotation")]
    [InlineData("agent", "/status", """{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}""", "writes the annotation")]
    [InlineData("agent", "", """{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}""", "writes the annotation")]
    [InlineData("agent", "", """{"spec":{"taints":[{"key":"node-drainer/seal","value":"0","effect":"PreferNoSchedule"}]}}""", "writes the taint")]
    [InlineData("admin", "", """{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}""", "writes the annotation")]
    [InlineData("agent", "/status", """{"metadata":{"annotations":{"other":"x"}}}""", null)]
    [InlineData("kubelet", "/status", """{"status":{"conditions":[]}}""", null)]
    [InlineData("function", "", """{"metadata":{"annotations":{"other":"x"}}}""", "no annotation but its own")]
    [InlineData("function", "", """{"metadata":{"labels":{"kubernetes.io/os":"beos"}}}""", "no label but its own")]
    [InlineData("function", "", """{"metadata":{"labels":{"kubernetes.io/os":null}}}""", "no label but its own")]
    [InlineData("function", "", """{"metadata":{"finalizers":["x"]}}""", "neither finalizers")]
    [InlineData("function", "", """{"spec":{"taints":[{"key":"quarantine","effect":"NoSchedule"}]}}""", "no taint but its own")]
    [InlineData("function", "", """{"spec":{"podCIDR":"10.0.0.0/24"}}""", "nothing of a node")]
    [InlineData("function", "", """{"spec":{"unschedulable":true,"taints":[{"key":"aws-node-termination-handler/spot-itn","effect":"NoSchedule"}]},"metadata":{"annotations":{"node-drainer/interruption":"x"},"labels":{"node.kubernetes.io/exclude-from-external-load-balancers":"node-drainer"}}}""", null)]
    public void Only_what_is_a_writers_own_is_let_through(string user, string subresource, string body, string? refusal)
    {
        var answer = Ask(user, "PATCH", $"/api/v1/nodes/node-a{subresource}", body);

        Assert.Equal(refusal is null ? 200 : 403, answer.Status);
        Assert.Contains(refusal ?? "", answer.Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kubelet", 403)]
    [InlineData("agent", 403)]
    [InlineData("admin", 200)]
    public void Administrators_take_away_what_the_function_left_and_nodes_do_not(string user, int status)
    {
        _rig.Cordon(_rig.Soft(_rig.Now.AddHours(1)));

        Assert.Equal(status, Ask(user, "PATCH", "/api/v1/nodes/node-a", """{"metadata":{"annotations":{"node-drainer/interruption":null}}}""").Status);
        Assert.Equal(status, Ask(user, "PATCH", "/api/v1/nodes/node-a", """{"spec":{"taints":null}}""").Status);
    }

    [Fact]
    public void A_kubelet_registers_no_node_with_the_functions_marks()
    {
        var node = _rig.Cluster.Node("node-a")!.Copy();
        _rig.Ask("DELETE", "/api/v1/nodes/node-a");
        node["metadata"] = new JsonObject { ["name"] = "node-a", ["annotations"] = new JsonObject { ["node-drainer/interruption"] = "{}" } };

        Assert.Equal(403, Ask("kubelet", "POST", "/api/v1/nodes", node.ToJsonString()).Status);
    }

    [Fact]
    public void What_a_webhook_adds_to_every_patch_is_a_parameter()
    {
        const string Patch = """{"metadata":{"annotations":{"audit.example.com/by":"x"},"labels":{"audit.example.com/seen":"x"}}}""";
        Assert.Equal(403, Ask("function", "PATCH", "/api/v1/nodes/node-a", Patch).Status);

        _rig.Ask("PATCH", "/api/v1/namespaces/kube-system/configmaps/node-drainer-admission", """{"data":{"annotations":"audit.example.com/by","labels":"audit.example.com/seen"}}""");

        Assert.Equal(200, Ask("function", "PATCH", "/api/v1/nodes/node-a", Patch).Status);
    }

    [Fact]
    public void Without_its_binding_or_its_parameter_a_policy_refuses_nothing()
    {
        _rig.Ask("DELETE", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/node-drainer-annotation");
        _rig.Ask("DELETE", "/api/v1/namespaces/kube-system/configmaps/node-drainer-admission");

        Assert.Equal(200, Ask("agent", "PATCH", "/api/v1/nodes/node-a/status", """{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}""").Status);
        Assert.Equal(200, Ask("function", "PATCH", "/api/v1/nodes/node-a", """{"metadata":{"annotations":{"other":"x"}}}""").Status);
    }

    public void Dispose() => _rig.Dispose();

    private ApiResponse Ask(string user, string method, string path, string body) =>
        _rig.Cluster.Api.Handle(ApiRequest.To(method, path, Users[user], JsonNode.Parse(body), method == "PATCH" ? "application/merge-patch+json" : "application/json"));
}
