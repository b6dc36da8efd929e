using System.Text.Json.Nodes;
using CsCheck;
using DrainerFunction.Cordoning;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>Others that write onto a node of a run: an agent or a kubelet that may write its status, and an operator.</summary>
internal static class NodeForger
{
    public static void Write(InProcessRun run, string instance, string text, double after, bool isKubelet = false)
    {
        var (cluster, node) = (ClusterOf(run, instance), run.Stage.Instance(instance).NodeName);
        cluster.Apply(AgentRole);
        run.World.Agenda.After(TimeSpan.FromSeconds(after), () =>
        {
            if (cluster.Node(node) is not { } now)
            {
                return;
            }

            var annotation = text.Replace("INSTANCE", run.Stage.Instance(instance).InstanceId, StringComparison.Ordinal).Replace("UID", now.Uid(), StringComparison.Ordinal);
            var body = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [InterruptionAnnotation.Annotation] = annotation } } };
            Ask(cluster, "PATCH", $"/api/v1/nodes/{node}/status", isKubelet ? ApiUser.Kubelet(node) : ApiUser.ServiceAccount("kube-system", "cni"), body);
        });
    }

    public static void Seal(InProcessRun run, string instance, JsonObject note)
    {
        var text = note.ToJsonString();
        Ask(ClusterOf(run, instance), "PATCH", $"/api/v1/nodes/{run.Stage.Instance(instance).NodeName}", ApiUser.Admin, new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [InterruptionAnnotation.Annotation] = text } },
            ["spec"] = new JsonObject { ["taints"] = Taints(AnnotationSeal.Renew([], text)) },
        });
    }

    public static void Quarantine(InProcessRun run, string instance) => Ask(
        ClusterOf(run, instance),
        "PATCH",
        $"/api/v1/nodes/{run.Stage.Instance(instance).NodeName}",
        ApiUser.Admin,
        JsonNode.Parse("""{"metadata":{"labels":{"node-restriction.kubernetes.io/team":"a","team":"a"}},"spec":{"unschedulable":true,"taints":[{"key":"quarantine","effect":"NoSchedule"},{"key":"aws-node-termination-handler/spot-itn","effect":"NoSchedule"}]}}"""));

    public static JsonArray Taints(IEnumerable<k8s.Models.V1Taint> taints) =>
        [.. taints.Select(taint => (JsonNode)new JsonObject { ["key"] = taint.Key, ["value"] = taint.Value, ["effect"] = taint.Effect })];

    public static void Ask(Cluster cluster, string method, string path, ApiUser user, JsonNode? body = null)
    {
        var answer = cluster.Api.Handle(ApiRequest.To(method, path, user, body, method == "PATCH" ? "application/merge-patch+json" : "application/json"));
        Assert.True(answer.IsSuccess, answer.Body?.ToJsonString());
    }

    public static Cluster ClusterOf(InProcessRun run, string instance) => run.Stage.Clusters[run.Stage.Instance(instance).ClusterName!].Cluster;

    // As a CNI agent has it in many clusters: the status of every node.
    public const string AgentRole = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: cni }
        rules:
          - { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch", "update"] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: cni }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cni }
        subjects:
          - { kind: ServiceAccount, name: cni, namespace: kube-system }
        """;
}
