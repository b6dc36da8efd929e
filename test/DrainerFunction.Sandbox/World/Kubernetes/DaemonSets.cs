using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One pod on each node that the set fits, cordoned or not.</summary>
internal sealed class DaemonSets(Cluster cluster, Workloads workloads)
{
    // What the real controller adds to every daemon pod.
    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"), ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    public void Sync(JsonObject set)
    {
        var pods = cluster.Store.Pods.OwnedBy(set.Uid()).ToLookup(TargetOf);
        var (desired, current, ready) = (0, 0, 0);
        foreach (var node in cluster.Store.List(ResourceKinds.Nodes).ToArray())
        {
            var its = pods[node.Name()].ToArray();
            if (!Fits(set, node))
            {
                continue;
            }

            desired++;
            if (its.Length == 0)
            {
                workloads.CreatePod(set, null, pod => Aim(pod, node.Name()));
            }
            else
            {
                current++;
                ready += its.Any(pod => pod.ConditionIsTrue("Ready")) ? 1 : 0;
            }

            foreach (var finished in its.Where(pod => pod.Text("status", "phase") is "Failed" && pod.At("metadata", "deletionTimestamp") is null))
            {
                cluster.Registry.Delete(ResourceKinds.Pods, finished.Namespace(), finished.Name(), DeleteOptions.None);
            }
        }

        cluster.Registry.UpdateStatus(ResourceKinds.DaemonSets, set, next =>
        {
            var status = next.Child("status");
            status["desiredNumberScheduled"] = desired;
            status["currentNumberScheduled"] = current;
            status["numberReady"] = ready;
            status["numberAvailable"] = ready;
            status["numberMisscheduled"] = 0;
            status["observedGeneration"] = next.Number("metadata", "generation") ?? 0;
        });
    }

    /// <summary>Binds the pod to the node in the way the real controller does: by affinity, for the scheduler to carry out.</summary>
    public static void Aim(JsonObject pod, string node)
    {
        pod.Child("spec").Child("affinity")["nodeAffinity"] = new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
            {
                ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                {
                    ["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) }),
                }),
            },
        };
        var tolerations = pod.Child("spec").ChildList("tolerations");
        foreach (var (key, effect) in Tolerated)
        {
            tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        }
    }

    private static bool Fits(JsonObject set, JsonObject node)
    {
        var pod = Workloads.PodFromTemplate(set);
        Aim(pod, node.Name());
        return (pod.At("spec", "nodeSelector") as JsonObject ?? []).All(pair => node.Label(pair.Key) == pair.Value.Text())
            && Tolerations.Repelling(node, pod) is null;
    }

    private static string? TargetOf(JsonObject pod) =>
        pod.Text("spec", "nodeName") is { Length: > 0 } node
            ? node
            : pod.Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
                .SelectMany(term => term.Items("matchFields")).SelectMany(field => field.Texts("values")).FirstOrDefault();
}
