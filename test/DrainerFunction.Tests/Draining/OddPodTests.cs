using System.Text.Json.Nodes;
using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>Pods in forms that a real cluster has and few think of: none keeps a node from being emptied, and none is taken for what it is not.</summary>
public sealed class OddPodTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("""{"status":{"phase":"Unknown","reason":"NodeLost"}}""")]
    [InlineData("""{"status":{"phase":"Pending","containerStatuses":null}}""")]
    [InlineData("""{"metadata":{"ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"agent","uid":"u","controller":false}]}}""")]
    [InlineData("""{"metadata":{"ownerReferences":[]},"spec":{"tolerations":null,"volumes":null}}""")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.source":"file"}}}""")]
    [InlineData("""{"metadata":{"annotations":{"karpenter.sh/do-not-disrupt":"yes","cluster-autoscaler.kubernetes.io/safe-to-evict":"FALSE"}}}""")]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":0}}""")]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":-5}}""")]
    [InlineData("""{"spec":{"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Lt","value":"5"}]}}""")]
    [InlineData("""{"spec":{"schedulingGates":[{"name":"example.com/late"}],"initContainers":[{"name":"sidecar","image":"i","restartPolicy":"Always"}]}}""")]
    public void Pods_in_odd_forms_are_evicted_like_others(string form)
    {
        _rig.Cluster.AddPod(_rig.Pod("odd") with { StopsIn = TimeSpan.FromSeconds(1) });
        _rig.Cluster.Registry.Update(ResourceKinds.Pods, "default", "odd", old => Patches.Apply(old, JsonNode.Parse(form), "application/merge-patch+json"));
        _rig.Cluster.Registry.UpdateStatus(ResourceKinds.Pods, _rig.Cluster.Store.Get(ResourceKinds.Pods, "default", "odd")!, next =>
        {
            foreach (var (name, value) in (JsonNode.Parse(form)!["status"] as JsonObject ?? []).ToArray())
            {
                next["status"]![name] = value?.DeepClone();
            }
        });

        Assert.Single(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120, machineGoes: false)).Report.Evicted);

        Assert.Empty(_rig.PodsLeft);
    }
}
