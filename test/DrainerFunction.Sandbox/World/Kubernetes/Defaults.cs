using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>What the API server fills in when an object is created: defaults, and what its admission plugins add.</summary>
internal sealed class Defaults(ObjectStore store)
{
    public void Apply(ResourceKind kind, JsonObject thing)
    {
        if (kind.HasStatus && kind != ResourceKinds.Nodes && kind != ResourceKinds.Namespaces)
        {
            thing.Child("metadata")["generation"] = 1;
            thing.Remove("status");
        }

        switch (kind.Kind)
        {
            case "Pod":
                ApplyToPod(thing);
                break;
            case "Namespace":
                thing.Child("metadata").Child("labels")["kubernetes.io/metadata.name"] = thing.Name();
                thing["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
                thing["status"] = new JsonObject { ["phase"] = "Active" };
                break;
            case "Node":
                var labels = thing.Child("metadata").Child("labels");
                labels["kubernetes.io/hostname"] ??= thing.Name();
                thing.Child("spec");
                thing.Child("status");
                break;
            case "Deployment" or "ReplicaSet" or "StatefulSet" or "ReplicationController":
                thing.Child("spec")["replicas"] ??= 1;
                break;
            default:
                break;
        }
    }

    private void ApplyToPod(JsonObject pod)
    {
        var spec = pod.Child("spec");
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["serviceAccountName"] ??= "default";
        spec["schedulerName"] ??= "default-scheduler";
        spec["enableServiceLinks"] ??= true;
        var className = spec.Text("priorityClassName");
        var priority = className is null ? null : store.Get(ResourceKinds.PriorityClasses, null, className)
            ?? throw ApiRefusal.Forbidden(ResourceKinds.Pods, pod.Name(), $"no PriorityClass with name {className} was found");
        spec["priority"] ??= priority.Number("value") ?? 0;
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
    }

    // The DefaultTolerationSeconds plugin.
    private static void Tolerate(JsonObject spec, string key)
    {
        var tolerations = spec.ChildList("tolerations");
        if (!tolerations.OfType<JsonObject>().Any(one => (one.Text("key") ?? key) == key && (one.Text("effect") ?? "NoExecute") == "NoExecute"))
        {
            tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }
    }
}
