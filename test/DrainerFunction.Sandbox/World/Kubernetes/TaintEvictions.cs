using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Pods are driven off by NoExecute taints, as the taint eviction controller does it, and forced off nodes that are declared out of service.</summary>
internal sealed class TaintEvictions(Cluster cluster)
{
    private const string OutOfService = "node.kubernetes.io/out-of-service";

    private readonly HashSet<string> _pending = [];

    public void Judge(JsonObject node, JsonObject pod)
    {
        foreach (var taint in Tolerations.Taints(node).Where(taint => taint.Text("effect") == "NoExecute"))
        {
            var toleration = Tolerations.Of(pod, taint);
            if (toleration is null || toleration["tolerationSeconds"] is not null)
            {
                var after = TimeSpan.FromSeconds(toleration.Number("tolerationSeconds") ?? 0);
                DriveOff(pod, node.Name(), taint.Text("key")!, after);
            }
        }

        if (Tolerations.Taints(node).Any(taint => taint.Text("key") == OutOfService) && !node.ConditionIsTrue("Ready"))
        {
            cluster.World.Agenda.After(cluster.Settings.CloudNodeCheck, () => ForceOff(pod));
        }
    }

    private void DriveOff(JsonObject pod, string node, string taint, TimeSpan after)
    {
        if (_pending.Add(pod.Uid() + taint))
        {
            cluster.World.Agenda.After(after, () =>
            {
                _pending.Remove(pod.Uid() + taint);
                if (cluster.Node(node) is { } now && Tolerations.Taints(now).Any(one => one.Text("key") == taint && one.Text("effect") == "NoExecute")
                    && cluster.Pod(pod.Namespace()!, pod.Name()) is { } its && its.Uid() == pod.Uid())
                {
                    cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.None);
                }
            });
        }
    }

    // The pod garbage collector, on nodes that somebody declared out of service.
    private void ForceOff(JsonObject pod)
    {
        if (cluster.Pod(pod.Namespace()!, pod.Name()) is { } now && now.Uid() == pod.Uid() && now.At("metadata", "deletionTimestamp") is not null)
        {
            cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Now);
        }
    }
}
