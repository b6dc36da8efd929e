using DrainerFunction.ApiServer;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>The pods of one cluster, one after the other: those on managed nodes are kept as forecasts, the others are only counted.</summary>
internal sealed class PodTally(IReadOnlySet<string> managedNodes, IEnumerable<V1PodDisruptionBudget> budgets, SpotForecast notice)
{
    private const string NameLabel = "app.kubernetes.io/name";
    private const string TerminationHandler = "aws-node-termination-handler";

    private readonly ILookup<string, V1PodDisruptionBudget> _budgets = budgets.ToLookup(budget => budget.Metadata.NamespaceProperty);
    private readonly Dictionary<Workload, Workload> _workloads = [];
    private readonly Dictionary<Workload, int> _replicas = [];
    private readonly List<PodForecast> _forecasts = [];

    public int TerminationHandlers { get; private set; }

    public IReadOnlyList<PodForecast> Forecasts => _forecasts;

    /// <summary>In the whole cluster, wherever they run.</summary>
    public int ReplicasOf(Workload workload) => _replicas[workload];

    public void Add(V1Pod pod)
    {
        TerminationHandlers += pod.Metadata.Labels?.TryGetValue(NameLabel, out var name) is true && name is TerminationHandler ? 1 : 0;
        if (pod.IsFinished)
        {
            return;
        }

        var workload = Shared(Workload.Of(pod));
        _replicas[workload] = _replicas.GetValueOrDefault(workload) + (pod.IsTerminating ? 0 : 1);
        if (pod.Spec?.NodeName is { } node && managedNodes.Contains(node) && PodForecast.Of(pod, workload, [.. _budgets[pod.FullName.Namespace]], notice) is { } forecast)
        {
            _forecasts.Add(forecast);
        }
    }

    // One object for all of its pods.
    private Workload Shared(Workload workload) => _workloads.TryGetValue(workload, out var known) ? known : _workloads[workload] = workload;
}
