using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Which taints keep a pod away, and which drive it off.</summary>
internal static class Tolerations
{
    public static IEnumerable<JsonObject> Taints(JsonObject node) => node.Items("spec", "taints");

    /// <summary>The first taint that keeps the pod from being scheduled here.</summary>
    public static JsonObject? Repelling(JsonObject node, JsonObject pod) =>
        Taints(node).FirstOrDefault(taint => taint.Text("effect") is "NoSchedule" or "NoExecute" && Of(pod, taint) is null);

    /// <summary>The toleration of the pod that covers the taint.</summary>
    public static JsonObject? Of(JsonObject pod, JsonObject taint) => pod.Items("spec", "tolerations").FirstOrDefault(toleration =>
        (toleration.Text("effect") is null or "" || toleration.Text("effect") == taint.Text("effect"))
        && (toleration.Text("key") is { Length: > 0 } key ? key == taint.Text("key") : toleration.Text("operator") == "Exists")
        && (toleration.Text("operator") == "Exists" || (toleration.Text("value") ?? "") == (taint.Text("value") ?? "")));
}
