using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// What a cordon leaves on a node, merged with what is there. Pure. What others put there stays and stays theirs: a
/// cordon by a human, a taint of the same key, the label.
/// </summary>
internal sealed record CordonPatch(InterruptionAnnotation Noted, NodePatch Patch, bool ClaimsStarted)
{
    /// <summary>What the node remembered before; null where nothing that still holds.</summary>
    public InterruptionAnnotation? Before { get; private init; }

    public const string LoadBalancerLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

    // A redelivered message is the same chain: it says that it lives, but not more often than that.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <param name="written">Its annotation, where it is the function's.</param>
    public static CordonPatch Of(V1Node node, InterruptionAnnotation? written, CordonOrder order, DrainerOptions options, DateTimeOffset now)
    {
        // What a stale note says about whose the marks are still holds; what it says about the interruption does not.
        var known = written?.IsStaleOn(node, order.Target.InstanceId) is true ? null : written;
        var owner = known is not null && known.Precedes(order, now) ? known : null;
        var isCordoned = node.Spec?.Unschedulable is true;
        var kinds = Sorted((known?.Kinds ?? []).Union(order.Kinds));
        var taints = NodeTaints.Of(node, options.TaintNode ? TaintKeys.Of(kinds) : [], options.TaintEffect, written?.Taints ?? [], order.Target.InstanceId);
        var isLabelled = node.Metadata.Labels?.ContainsKey(LoadBalancerLabel) is true;
        var addsLabel = options.ExcludeFromLoadBalancers && !isLabelled;
        var bounding = known is { IsSealed: true } ? known : null;
        var deadlines = Merge(bounding, order);
        var noted = new InterruptionAnnotation
        {
            InstanceId = order.Target.InstanceId,
            NodeUid = node.Metadata.Uid,
            BootId = node.BootId ?? known?.BootId,
            Kinds = kinds,
            FirstSeen = bounding?.FirstSeen < order.FirstSeen ? bounding.FirstSeen : order.FirstSeen,
            Deadlines = deadlines,
            Deadline = deadlines.Values.Min(),
            HardFrom = order.Bounds.EndTheMachine || bounding?.HardFrom is not null ? DateTimeOffset.MinValue : null,
            Chain = owner?.Chain ?? order.Chain,
            ChainAnswers = owner?.ChainAnswers ?? order.Hooks is not [],
            ChainKinds = owner?.ChainKinds ?? Sorted(order.Kinds),
            ChainAt = known is not null && (known.Outranks(order, now) || (order.Chain == known.Chain && now - known.ChainAt < Fresh)) ? known.ChainAt : now,
            CompleteAt = known?.CompleteAt,
            CordonedAt = isCordoned && bounding is not null ? bounding.CordonedAt : now,
            CordonedByUs = !isCordoned || (written?.CordonedByUs ?? order.WasCordonedByUs),
            Taints = taints.Ours,
            Labels = addsLabel ? [LoadBalancerLabel] : [.. (written?.Labels ?? []).Where(label => node.Metadata.Labels?.ContainsKey(label) is true)],
            Hooks = [.. order.Hooks.Union((known?.Hooks ?? []).Where(hook => order.Groups?.Contains(hook.Group, StringComparer.Ordinal) is not false)).Take(LifecycleHookName.MostOfAGroup).OrderBy(hook => hook.Group, StringComparer.Ordinal).ThenBy(hook => hook.Hook, StringComparer.Ordinal)],
            Started = known?.Started ?? (order.StartedBy is { } by ? new(now, by) : null),
            Finished = known?.Finished,
            Others = known?.Others,
        };
        return new(noted, PatchOf(node, noted, isCordoned, taints, addsLabel), order.StartedBy is not null && noted.Started?.By == order.StartedBy) { Before = known };
    }

    private static NodePatch PatchOf(V1Node node, InterruptionAnnotation noted, bool isCordoned, NodeTaints taints, bool addsLabel)
    {
        var text = noted.ToJson();
        var isNoted = node.Metadata.Annotations?.TryGetValue(InterruptionAnnotation.Annotation, out var written) is true && written == text && AnnotationSeal.Holds(node, text);
        var patch = isNoted ? new() { ResourceVersion = node.Metadata.ResourceVersion, Taints = taints.Added ? taints.All : null } : NodePatch.Annotating(node, noted, taints.All);
        return patch with
        {
            Labels = addsLabel ? new() { [LoadBalancerLabel] = "node-drainer" } : new Dictionary<string, string?>(),
            Unschedulable = isCordoned ? null : true,
        };
    }

    // A bound that had passed before this interruption was seen belongs to one that is over.
    private static Dictionary<InterruptionKind, DateTimeOffset> Merge(InterruptionAnnotation? known, CordonOrder order) => order.Deadlines
        .Concat(known?.Deadlines.Where(each => each.Value >= order.FirstSeen) ?? [])
        .GroupBy(each => each.Key, each => each.Value).OrderBy(ofKind => ofKind.Key.Word, StringComparer.Ordinal)
        .ToDictionary(ofKind => ofKind.Key, ofKind => ofKind.Min());

    private static InterruptionKind[] Sorted(IEnumerable<InterruptionKind> kinds) => [.. kinds.OrderBy(kind => kind.Word, StringComparer.Ordinal)];
}
