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

    // A name is a budget's; everything else says what it is.
    private static string Past(string obstacle) => obstacle.Contains(' ') ? obstacle : $"disruption budget {obstacle}";

    public void DeletedPastBudget(TargetNode node, PodName pod, string obstacle, TimeSpan gracePeriod)
    {
        LogDeleted(pod, node.NodeName, Past(obstacle), gracePeriod.TotalSeconds);
        events.OnPod(
            node, pod, EventReasons.BudgetBypassed, isWarning: true, $"Pod deleted, bypassing {Past(obstacle)}: the instance of node {node.NodeName} terminates regardless");
    }

    public void Held(TargetNode node, BudgetHold held)
    {
        var why = Sentences.WhyHeld(held);
        LogHeld(held.Budget, node.NodeName, held.Pods.Count, why);
    }

    public void PodHeld(TargetNode node, PodName pod, string budget) =>
        events.OnPod(node, pod, EventReasons.EvictionBlocked, isWarning: true, $"Disruption budget {budget} does not allow the eviction yet. Retrying when it does");

    public void Released(TargetNode node, string budget) => LogReleased(budget, node.NodeName);

    public void Refused(TargetNode node, PodName pod, string by, string why)
    {
        LogRefused(pod, node.NodeName, by, why);
        events.OnPod(node, pod, EventReasons.EvictionBlocked, isWarning: true, $"Eviction denied by {by}: {why}. Retrying");
    }

    public void Gone(TargetNode node, PodName pod) => LogGone(pod, node.NodeName);

    public void Left(TargetNode node, PodName pod, string why) => LogLeft(pod, node.NodeName, why);

    public void Stuck(TargetNode node, PodName pod, DateTimeOffset shouldHaveEnded, string why)
    {
        LogStuck(pod, node.NodeName, shouldHaveEnded, why);
        events.OnPod(node, pod, EventReasons.Stuck, isWarning: true, $"Pod is stuck terminating; it should have ended at {shouldHaveEnded:u}: {why}");
    }

    public void CordonedAgain(TargetNode node) => LogCordonedAgain(node.NodeName, node.Cluster.Name);

    public void Trouble(TargetNode node, string what, string why) => LogTrouble(node.Cluster.Name, node.NodeName, what, why);

    [LoggerMessage(EventId = 501, Level = LogLevel.Debug, Message = "Evicted pod {Pod} from {NodeName} (grace period override: {GraceSeconds} s)")]
    private partial void LogEvicted(PodName pod, string nodeName, double? graceSeconds);

    [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "Deleted pod {Pod} from {NodeName}, bypassing {Obstacle} (grace period: {GraceSeconds} s): the instance terminates at the deadline regardless")]
    private partial void LogDeleted(PodName pod, string nodeName, string obstacle, double graceSeconds);

    [LoggerMessage(EventId = 510, Level = LogLevel.Information, Message = "Disruption budget {Budget} blocks evictions from {NodeName} (pods held: {Pods}): {Why}. Retrying when it allows more")]
    private partial void LogHeld(string budget, string nodeName, int pods, string why);

    [LoggerMessage(EventId = 511, Level = LogLevel.Information, Message = "Disruption budget {Budget} no longer blocks evictions from {NodeName}")]
    private partial void LogReleased(string budget, string nodeName);

    [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "Eviction of {Pod} from {NodeName} denied by {By}: {Why}. Retrying")]
    private partial void LogRefused(PodName pod, string nodeName, string by, string why);

    [LoggerMessage(EventId = 504, Level = LogLevel.Debug, Message = "Pod {Pod} is gone from {NodeName}")]
    private partial void LogGone(PodName pod, string nodeName);

    [LoggerMessage(EventId = 505, Level = LogLevel.Debug, Message = "Skipped pod {Pod} on {NodeName}: {Why}")]
    private partial void LogLeft(PodName pod, string nodeName, string why);

    [LoggerMessage(EventId = 506, Level = LogLevel.Warning, Message = "Pod {Pod} on {NodeName} is stuck terminating; it should have ended at {ShouldHaveEnded}: {Why}")]
    private partial void LogStuck(PodName pod, string nodeName, DateTimeOffset shouldHaveEnded, string why);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "Node {NodeName} of cluster {Cluster} was uncordoned during its drain; cordoned it again because its instance is still being interrupted")]
    private partial void LogCordonedAgain(string nodeName, string cluster);

    [LoggerMessage(EventId = 520, Level = LogLevel.Warning, Message = "Could not {What} on node {NodeName} of cluster {Cluster}: {Why}. Retrying while time is left")]
    private partial void LogTrouble(string cluster, string nodeName, string what, string why);
}
