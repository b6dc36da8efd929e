using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>What happens inside of the clusters of a scenario, and is nobody's interruption.</summary>
internal sealed class KubernetesHappenings(Stage stage)
{
    /// <returns>False when it is none of these.</returns>
    public bool Happen(EventPart happening)
    {
        switch (happening)
        {
            case { Webhook: { } webhook }:
                Install(webhook);
                return true;
            case { DeleteNode: { } instance }:
                Do(ClusterOf(instance), "DELETE", $"/api/v1/nodes/{stage.Instance(instance).NodeName}");
                return true;
            case { DeleteNamespace: { } space }:
                foreach (var on in stage.Clusters.Values.Where(on => on.Cluster.Store.Get(ResourceKinds.Namespaces, null, space) is not null))
                {
                    Do(on.Cluster, "DELETE", $"/api/v1/namespaces/{space}");
                }

                return true;
            case { Register: { } register }:
                RegisterAnew(register);
                return true;
            case { Annotate: { } annotate }:
                Annotate(annotate);
                return true;
            case { Scale: { } scale }:
                Scale(scale);
                return true;
            case { Pod: { } pod }:
                stage.Land(pod);
                return true;
            case { Kubelet: { } kubelet }:
                Move(kubelet);
                return true;
            default:
                return false;
        }
    }

    private void Install(WebhookPart part)
    {
        foreach (var on in stage.Clusters.Values.Where(on => part.Cluster is null || on.Part.Name == part.Cluster))
        {
            on.Cluster.Api.Webhooks.Add(new(part.Name, (_, _) => part.Does == "passes" ? null : part.Says, part.Code)
            {
                IsDown = part.Does == "down",
                Takes = part.Takes,
                IsAskedAbout = (target, request) => target.ResourceAndSubresource == part.On && Writes(request, part.Of),
            });
            if (part.For is { } length)
            {
                stage.World.Agenda.After(length, () => on.Cluster.Api.Webhooks.Remove(part.Name));
            }
        }
    }

    private static bool Writes(ApiRequest request, string what) => what switch
    {
        "annotations" or "labels" => request.Body.At("metadata", what) is not null,
        "taints" or "unschedulable" => request.Body.At("spec") is JsonObject spec && spec.ContainsKey(what),
        _ => true,
    };

    private void RegisterAnew(RegisterPart part)
    {
        var (cluster, machine) = (ClusterOf(part.Instance), stage.Instance(part.Instance).Machine);
        Do(cluster, "DELETE", $"/api/v1/nodes/{machine.NodeName}");
        cluster.AddNode(part.As is { } other ? stage.Instance(other).Machine with { NodeName = machine.NodeName } : machine);
        stage.World.Tape.Record("kubernetes", "node-registered", machine.NodeName, $"{machine.NodeName} registers anew{(part.As is null ? "" : $" as {part.As}")}");
    }

    private void Annotate(AnnotatePart part) => Do(
        ClusterOf(part.Instance),
        "PATCH",
        $"/api/v1/nodes/{stage.Instance(part.Instance).NodeName}",
        new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/inventory"] = new string('x', part.Bytes) } } });

    private void Scale(ScalePart scale)
    {
        var workload = stage.Scenario.Workloads.First(one => one.Name == scale.Workload);
        Do(
            stage.Clusters[workload.Cluster ?? stage.Scenario.Clusters[0].Name].Cluster,
            "PATCH",
            $"/apis/apps/v1/namespaces/{workload.Namespace}/{workload.Kind}s/{workload.Name}",
            new JsonObject { ["spec"] = new JsonObject { ["replicas"] = scale.Replicas } });
    }

    private void Move(KubeletPart kubelet)
    {
        var instance = stage.Instance(kubelet.Instance);
        var kubelets = ClusterOf(kubelet.Instance).NodeAvailability;
        switch (kubelet.Does)
        {
            case "hangs":
                kubelets.HangKubelet(instance.NodeName);
                break;
            case "dies":
                kubelets.KillKubelet(instance.NodeName);
                break;
            default:
                kubelets.ReviveKubelet(instance.NodeName);
                break;
        }

        if (kubelet.For is { } length)
        {
            stage.World.Agenda.After(length, () => kubelets.ReviveKubelet(instance.NodeName));
        }
    }

    private static void Do(Cluster cluster, string method, string path, JsonObject? body = null)
    {
        var answer = cluster.Api.Handle(ApiRequest.To(method, path, ApiUser.Admin, body, "application/merge-patch+json"));
        if (!answer.IsSuccess)
        {
            throw new InvalidOperationException($"{method} {path}: {answer.Body}");
        }
    }

    private Cluster ClusterOf(string instance) => stage.Clusters[stage.Instance(instance).ClusterName!].Cluster;
}
