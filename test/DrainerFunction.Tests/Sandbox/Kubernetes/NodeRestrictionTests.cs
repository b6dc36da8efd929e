using System.Text.Json.Nodes;
using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>What a kubelet can write of a node, and what the status subresource takes over: metadata and status, no spec.</summary>
public sealed class NodeRestrictionTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Theory]
    [InlineData("node-a", "/api/v1/nodes/node-a/status", """{"metadata":{"annotations":{"a":"b"}}}""", 200)]
    [InlineData("node-a", "/api/v1/nodes/node-a", """{"metadata":{"annotations":{"a":"b"}}}""", 200)]
    [InlineData("node-a", "/api/v1/nodes/node-b/status", """{"metadata":{"annotations":{"a":"b"}}}""", 403)]
    [InlineData("node-a", "/api/v1/nodes/node-a", """{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}""", 403)]
    [InlineData("node-a", "/api/v1/nodes/node-a", """{"metadata":{"labels":{"node-restriction.kubernetes.io/a":"b"}}}""", 403)]
    [InlineData("node-a", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""", 200)]
    public void A_kubelet_writes_annotations_of_its_own_node_and_no_taints(string kubelet, string path, string body, int status) =>
        Assert.Equal(status, _rig.Cluster.Api.Handle(ApiRequest.To("PATCH", path, ApiUser.Kubelet(kubelet), JsonNode.Parse(body), "application/merge-patch+json")).Status);

    [Fact]
    public void The_status_of_a_node_takes_annotations_with_it_and_leaves_its_spec()
    {
        _rig.Ask("PATCH", "/api/v1/nodes/node-a/status", """{"metadata":{"annotations":{"a":"b"}},"spec":{"unschedulable":true}}""");

        Assert.Equal("b", _rig.Node().Metadata.Annotations["a"]);
        Assert.NotEqual(true, _rig.Node().Spec.Unschedulable);
    }

    public void Dispose() => _rig.Dispose();
}
