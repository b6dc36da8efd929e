using DrainerFunction.ApiServer;
using DrainerFunction.Draining;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting.KubernetesEvents;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting;

/// <summary>
/// Writes down what happens during a drain, for the log and as Kubernetes events. Info is what holds the drain up,
/// warnings are what an operator may want to act on; what goes as planned is debug, for the one line at the end has it.
/// </summary>
internal sealed partial class DrainObserver(KubernetesEventPublisher events, ILogger<DrainObserver> logger) : IDrainObserver
{
    public void Evicted(TargetNode node, PodName pod, TimeSpan? gracePeriod)
    {
        LogEvicted(pod, node.NodeName, gracePeriod?.TotalSeconds);
        events.OnPod(node, pod, EventReasons.PodEviction, isWarning: false, $"Pod evicted due to node drain (node {node.NodeName})");
    }

    public void DeletedPastBudget(TargetNode node, PodName pod, string budget, TimeSpan gracePeriod)
    {
        LogDeleted(pod, node.NodeName, budget, gracePeriod.TotalSeconds);
        events.OnPod(
            node, pod, EventReasons.BudgetBypassed, isWarning: true, $"Pod deleted past the disruption budget {budget}, because its node {node.NodeName} goes away in any case");
    }

    public void Held(TargetNode node, BudgetHold held)
    {
        LogHeld(held.Budget, held.Pods.Count, node.NodeName, held.Numbers?.DisruptionsAllowed, held.Numbers?.CurrentHealthy, held.Numbers?.DesiredHealthy, held.Numbers?.ExpectedPods);
        foreach (var pod in held.Pods)
        {
            events.OnPod(node, pod, EventReasons.EvictionBlocked, isWarning: true, $"The disruption budget {held.Budget} does not allow the eviction yet; it is asked for again");
        }
    }

    public void Refused(TargetNode node, PodName pod, string by, string why)
    {
        LogRefused(pod, node.NodeName, by, why);
        events.OnPod(node, pod, EventReasons.EvictionBlocked, isWarning: true, $"{by} refuses the eviction: {why}");
    }

    public void Gone(TargetNode node, PodName pod) => LogGone(pod, node.NodeName);

    public void Left(TargetNode node, PodName pod, string why) => LogLeft(pod, node.NodeName, why);

    public void Stuck(TargetNode node, PodName pod, DateTimeOffset shouldHaveEnded)
    {
        LogStuck(pod, node.NodeName, shouldHaveEnded);
        events.OnPod(node, pod, EventReasons.Stuck, isWarning: true, $"Still terminating although it should have ended at {shouldHaveEnded.UtcDateTime:O}");
    }

    public void CordonedAgain(TargetNode node) => LogCordonedAgain(node.NodeName, node.Cluster.Name);

    public void Trouble(TargetNode node, string what, string why) => LogTrouble(node.Cluster.Name, node.NodeName, what, why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Pod} on {NodeName} is evicted; grace period {GraceSeconds} s (nothing: the pod's own)")]
    private partial void LogEvicted(PodName pod, string nodeName, double? graceSeconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Pod} on {NodeName} is deleted past the disruption budget {Budget}, which had refused, with {GraceSeconds} s to stop: its node goes away in any case")]
    private partial void LogDeleted(PodName pod, string nodeName, string budget, double graceSeconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disruption budget {Budget} holds {Pods} pods on {NodeName}: {Allowed} disruptions allowed, {Healthy} healthy of {Desired} desired, {Expected} expected; they are asked for again")]
    private partial void LogHeld(string budget, int pods, string nodeName, int? allowed, int? healthy, int? desired, int? expected);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{By} refuses to let pod {Pod} go from {NodeName}; it is asked for again: {Why}")]
    private partial void LogRefused(PodName pod, string nodeName, string by, string why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Pod} is gone from {NodeName}")]
    private partial void LogGone(PodName pod, string nodeName);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Pod} stays on {NodeName}: {Why}")]
    private partial void LogLeft(PodName pod, string nodeName, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Pod} on {NodeName} is stuck: it should have ended at {ShouldHaveEnded}. Look at its finalizers, its volumes and the node's kubelet")]
    private partial void LogStuck(PodName pod, string nodeName, DateTimeOffset shouldHaveEnded);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody made node {NodeName} of cluster {Cluster} schedulable while it was being drained; it is cordoned again, since its machine is still going away")]
    private partial void LogCordonedAgain(string nodeName, string cluster);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cluster {Cluster} failed at {What} for {NodeName}; it is tried again: {Why}")]
    private partial void LogTrouble(string cluster, string nodeName, string what, string why);
}
