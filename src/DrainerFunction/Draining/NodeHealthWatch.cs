using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// The node of pods that do not end, or that something holds for long: whether it is still there and cordoned, and since when it is not Ready. One watch
/// from the version on that the cordon left, begun with the first such pod.
/// </summary>
internal sealed class NodeHealthWatch : SingleNodeWatch
{
    private bool _isBegun;

    public NodeHealthWatch(DrainContext drain)
        : base(drain, "watch the node")
    {
        NotReadySince = drain.Order.Cordon.Node.NotReadySince;
        WatchFrom(drain.Order.Cordon.Node.Metadata.ResourceVersion);
    }

    /// <summary>The node is gone, or its name is another machine's now: what is left of its pods can be ended by no kubelet. One that registers anew is back.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It was uncordoned.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Annotation and seal went with the cordon: the function itself took them back meanwhile, or another writer of the node's spec did.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>Null while it is Ready.</summary>
    public DateTimeOffset? NotReadySince { get; private set; }

    /// <returns>Null when it is under way already.</returns>
    public Task? Begin(CancellationToken cancellationToken)
    {
        var isFirst = !_isBegun;
        _isBegun = true;
        return isFirst ? RunAsync(cancellationToken) : null;
    }

    /// <summary>Takes up how another request has found or left the node; null where it has no object any more, to which no pod can come.</summary>
    public void NoteCordon(V1Node? node)
    {
        var cordon = Drain.Order.Cordon;
        IsOpen = node is not null && node.Spec?.Unschedulable is not true;
        IsUndone = IsOpen && cordon.Refused is null && node!.Metadata.Uid == cordon.Noted.NodeUid && !InterruptionAnnotation.IsOn(node) && !AnnotationSeal.IsOn(node);
    }

    protected override void Observe(V1Node? node)
    {
        var isOfAnother = node?.IsOfAnother(Drain.Order.Target.InstanceId) is true;
        IsGone = node is null || isOfAnother;
        if (!isOfAnother)
        {
            NoteCordon(node);
        }

        NotReadySince = node?.NotReadySince;
        Drain.Changed.Set();
    }
}
