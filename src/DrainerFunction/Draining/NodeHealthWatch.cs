using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>The node of pods that do not end: whether it is still there, and since when it is not Ready. One GET and one watch, begun with the first such pod.</summary>
internal sealed class NodeHealthWatch(DrainContext drain) : SingleNodeWatch(drain, "watch the node")
{
    private bool _isBegun;

    /// <summary>The node is gone, or its name is another machine's now: what is left of its pods can be ended by no kubelet.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Null while it is Ready.</summary>
    public DateTimeOffset? NotReadySince { get; private set; } = drain.Order.Cordon.Node.NotReadySince;

    protected override bool IsOver => IsGone;

    /// <returns>Null when it is under way already.</returns>
    public Task? Begin(CancellationToken cancellationToken)
    {
        var isFirst = !_isBegun;
        _isBegun = true;
        return isFirst ? RunAsync(cancellationToken) : null;
    }

    protected override void Observe(V1Node? node)
    {
        IsGone = node is null || !node.IsOn(Drain.Order.Target.InstanceId);
        NotReadySince = node?.NotReadySince;
        Drain.Changed.Set();
    }
}
