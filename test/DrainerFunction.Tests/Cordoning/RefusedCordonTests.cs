using System.Text.Json.Nodes;
using DrainerFunction.ApiServer;
using DrainerFunction.Draining;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Cordoning;

/// <summary>What becomes of a cordon that the cluster itself refuses.</summary>
public sealed class RefusedCordonTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Theory]
    [InlineData(InterruptionKind.SpotReclaim)]
    [InlineData(InterruptionKind.CapacityReclaim)]
    [InlineData(InterruptionKind.StateChange)]
    internal void Before_a_machine_goes_a_node_is_cordoned_without_the_marks_that_a_webhook_refuses(InterruptionKind kind)
    {
        Refuse((_, request) => request.Body.At("metadata", "annotations") is not null);

        var cordoned = Assert.IsType<CordonReply.Cordoned>(Cordon(kind));

        Assert.True(_rig.Node().Spec.Unschedulable);
        Assert.Contains("policy.example.com", cordoned.Refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Others_who_filled_the_annotations_keep_no_node_from_being_cordoned()
    {
        _rig.Ask("PATCH", $"/api/v1/nodes/{ClusterRig.NodeName}", """{"metadata":{"annotations":{"example.com/inventory":"FULL"}}}""".Replace("FULL", new('x', 262_000), StringComparison.Ordinal));

        Assert.Contains("262144 bytes", Assert.IsType<CordonReply.Cordoned>(Cordon(InterruptionKind.SpotReclaim)).Refused, StringComparison.Ordinal);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pods_are_evicted_without_a_cordon_where_even_that_is_refused_or_the_webhook_is_down(bool isDown)
    {
        Refuse((_, _) => true, isDown);
        _rig.Cluster.AddPod(_rig.Pod("web"));

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Single(report.Evicted);
        Assert.Contains("trouble: write to the node", _rig.Observer.Told);
    }

    // The API server holds a request for as long as a webhook may take; two such waits are half of a Spot notice.
    [Fact]
    public void A_webhook_on_nodes_that_hangs_is_waited_for_once_before_a_machine_goes()
    {
        _rig.Cluster.Api.Webhooks.Add(new("policy.example.com", (_, _) => null)
        {
            IsAskedAbout = (target, request) => target.ResourceAndSubresource == "nodes" && request.User.Name == "drainer",
            Takes = TimeSpan.FromMinutes(5),
            Timeout = TimeSpan.FromSeconds(30),
        });
        _rig.Cluster.AddPod(_rig.Pod("web"));

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Single(report.Evicted);
        Assert.InRange((_rig.AskedAt("create", "pods/eviction").First() - _rig.Start).TotalSeconds, 30, 31);
    }

    // Between the finder's look and the patch: the patch meets another version, and the node that is there now has no providerID yet.
    [Fact]
    public void A_node_that_registers_anew_before_its_cordon_and_does_not_name_its_instance_yet_is_no_other_machines()
    {
        var order = _rig.CordonOrder(_rig.Hook(_rig.Now.AddMinutes(10)), InterruptionKind.Termination);
        _rig.Ask("DELETE", $"/api/v1/nodes/{ClusterRig.NodeName}");
        _rig.Cluster.AddNode(_rig.Computer, node => ((JsonObject)node["spec"]!).Remove("providerID"));

        Assert.Contains("does not say yet", Assert.Throws<ApiServerException>(() => _rig.Run(() => _rig.Cordoning.CordonAsync(order, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Null(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_cordon_that_a_mutating_webhook_takes_out_again_is_none()
    {
        Change(node => ((JsonObject)node["spec"]!).Remove("unschedulable"));

        Assert.Equal(ApiServerRefusal.Denied, Assert.Throws<ApiServerException>(() => Cordon(InterruptionKind.Termination)).Refusal);
        Assert.Contains("still takes pods", Assert.IsType<CordonReply.Cordoned>(Cordon(InterruptionKind.SpotReclaim)).Refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cordon_whose_marks_a_mutating_webhook_takes_out_is_said_to_be_without_them()
    {
        Change(node => ((JsonObject)node["spec"]!).Remove("taints"));

        var cordoned = Assert.IsType<CordonReply.Cordoned>(Cordon(InterruptionKind.Termination));

        Assert.Contains("without its seal", cordoned.Refused, StringComparison.Ordinal);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Theory]
    [InlineData(InterruptionKind.Termination)]
    [InlineData(InterruptionKind.RebalanceRecommendation)]
    [InlineData(InterruptionKind.ScheduledChange)]
    internal void While_there_is_time_the_refusal_is_told_with_the_webhooks_name_and_nothing_is_done_without(InterruptionKind kind)
    {
        Refuse((_, request) => request.Body.At("metadata", "annotations") is not null);

        var refused = Assert.Throws<ApiServerException>(() => Cordon(kind));

        Assert.Equal((ApiServerRefusal.Denied, "policy.example.com"), (refused.Refusal, refused.By));
        Assert.Null(_rig.Node().Spec.Unschedulable);
    }

    public void Dispose() => _rig.Dispose();

    private void Refuse(Func<RequestTarget, ApiRequest, bool> what, bool isDown = false) => _rig.Cluster.Api.Webhooks.Add(new("policy.example.com", (_, _) => "nodes belong to the platform team")
    {
        IsAskedAbout = (target, request) => target.ResourceAndSubresource == "nodes" && request.User.Name == "drainer" && what(target, request),
        IsDown = isDown,
    });

    private void Change(Action<JsonObject> change) => _rig.Cluster.Api.Webhooks.Add(new("owner.example.com", (_, _) => null)
    {
        IsAskedAbout = (target, request) => target.ResourceAndSubresource == "nodes" && request.User.Name == "drainer",
        Changes = change,
    });

    private CordonReply Cordon(InterruptionKind kind) =>
        _rig.Run(() => _rig.Cordoning.CordonAsync(_rig.CordonOrder(_rig.Machine(_rig.Now.AddMinutes(2)), kind), TestContext.Current.CancellationToken));
}
