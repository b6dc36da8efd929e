using DrainerFunction.ApiServer;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.KubernetesEvents;

/// <summary>
/// Kubernetes events on the node and its pods, if EMIT_KUBERNETES_EVENTS asks for them. They are queued, equal ones
/// counted, sent one after the other beside the drain, and they are waited for only at the end of the interruption.
/// </summary>
internal sealed partial class KubernetesEventPublisher(DrainerOptions options, TimeProvider time, ILogger<KubernetesEventPublisher> logger)
{
    // kubelet's convention for objects without a namespace.
    private const string NodesNamespace = "default";

    private readonly Dictionary<TargetNode, EventQueue> _queues = [];

    /// <summary>Why the node is about to be drained: one event a kind.</summary>
    public void Interrupted(TargetNode node, InterruptionReport report)
    {
        foreach (var kind in report.Kinds)
        {
            OnNode(node, EventReasons.Of(kind), isWarning: true, $"Node interruption: {Sentences.Because(kind)}");
        }
    }

    public void Cordoned(TargetNode node) => OnNode(node, EventReasons.Cordon, isWarning: false, "Node successfully cordoned");

    /// <summary>What came of it, where that concerns the node; nothing while the drain goes on.</summary>
    public void Ended(TargetNode node, InterruptionReport report)
    {
        switch (report.Outcome)
        {
            case InterruptionOutcome.Drained:
                OnNode(node, EventReasons.CordonAndDrain, isWarning: false, Sentences.Summary(report));
                break;
            case InterruptionOutcome.DeadlineMissed or InterruptionOutcome.Failed:
                OnNode(node, EventReasons.CordonAndDrainError, isWarning: true, Sentences.Summary(report));
                break;
            case InterruptionOutcome.Undone:
                OnNode(node, EventReasons.Uncordon, isWarning: false, Sentences.Summary(report));
                break;
        }
    }

    public void OnPod(TargetNode node, PodName pod, string reason, bool isWarning, string message) => Add(node, reason, isWarning, message, new()
    {
        ApiVersion = "v1",
        Kind = V1Pod.KubeKind,
        Name = pod.Name,
        NamespaceProperty = pod.Namespace,
        Uid = pod.Uid,
    });

    /// <summary>Waits until all events of this node are sent, or five seconds, or until it is told to stop; what is left then is dropped.</summary>
    public async Task FlushAsync(TargetNode node, CancellationToken cancellationToken)
    {
        if (!_queues.Remove(node, out var queue))
        {
            return;
        }

        using (queue)
        {
            await queue.CloseAsync(cancellationToken);
            if (queue is { Failed: > 0 } or { Dropped: > 0 })
            {
                LogNotSent(node.NodeName, node.Cluster.Name, queue.Failed, queue.Dropped, queue.Why);
            }
        }
    }

    // "kubectl describe node" finds events by the name in the place of the UID, as the kubelet writes them.
    private void OnNode(TargetNode node, string reason, bool isWarning, string message) => Add(node, reason, isWarning, message, new()
    {
        ApiVersion = "v1",
        Kind = V1Node.KubeKind,
        Name = node.NodeName,
        Uid = node.NodeName,
    });

    private void Add(TargetNode node, string reason, bool isWarning, string message, V1ObjectReference subject)
    {
        if (!options.EmitKubernetesEvents)
        {
            return;
        }

        if (!_queues.TryGetValue(node, out var queue))
        {
            _queues[node] = queue = new(node, options.KubernetesEventsExtraAnnotations, time);
        }

        queue.Add(subject, subject.NamespaceProperty ?? NodesNamespace, reason, isWarning, Redaction.Clean(message));
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "Some Kubernetes events of {NodeName} in cluster {Cluster} were not written (rejected: {Failed}, dropped: {Dropped}); the drain is not affected. Last reason: {Why}")]
    private partial void LogNotSent(string nodeName, string cluster, int failed, int dropped, string why);
}
