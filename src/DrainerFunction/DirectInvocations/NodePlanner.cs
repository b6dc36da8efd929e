using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.DirectInvocations;

/// <summary>The part of a plan that the node's cluster tells: each pod, the disruption budgets in the way, and when it would be done.</summary>
internal sealed class NodePlanner(NodeDrainer drainer, AnnotationReader annotations, TimeProvider time)
{
    /// <exception cref="ApiServerException">The cluster could not be asked for pods or budgets.</exception>
    public async Task<PlanAnswer> AddAsync(PlanAnswer answer, TargetNode target, V1Node node, Instance instance, DrainerOptions options, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var binding = PlanBounds.Of(annotations.Read(node, target.InstanceId) is { IsSealed: true } noted ? noted : null, instance, options, now);
        var bounds = new Bounds([.. binding.Select(each => each.Bound)]);
        var plan = await drainer.PlanAsync(target, node, bounds, options, cancellationToken);
        var namespaces = plan.Pods.Where(planned => planned.Disposition is not Disposition.Leave).Select(planned => planned.Pod.Metadata.NamespaceProperty).Distinct();
        var budgets = new List<V1PodDisruptionBudget>();
        foreach (var @namespace in namespaces)
        {
            budgets.AddRange(await target.ApiServer.ListDisruptionBudgetsAsync(@namespace, cancellationToken));
        }

        return answer with
        {
            Deadline = bounds.End,
            DeadlineKind = bounds.Deciding.Word,
            Bounds = [.. binding.Select(each => new PlanAnswerBound(each.Bound.Word, each.Of, each.Bound.At))],
            ExpectedFinish = ExpectedFinish.Of([.. plan.Pods.Where(planned => planned.Disposition is not Disposition.Leave).Select(planned => LeavingPod.Of(planned, budgets, options.PodTerminationGracePeriod ?? planned.Pod.OwnGracePeriod))], now),
            Pods = [.. plan.Pods.Select(planned => PodOf(planned, budgets, options))],
            DisruptionBudgets = [.. from budget in budgets
                                    let here = plan.Pods.Count(planned => planned.Disposition is not Disposition.Leave && budget.Covers(planned.Pod))
                                    where here > 0
                                    select BudgetOf(budget, here)],
        };
    }

    private static PlanAnswerPod PodOf(PlannedPod planned, List<V1PodDisruptionBudget> budgets, DrainerOptions options) => new(
        planned.Pod.FullName.ToString(),
        Word(planned.Disposition),
        planned.Disposition switch
        {
            Disposition.Await(var why, _) => why,
            Disposition.Leave(var why) => why,
            Disposition.Delete(_, var obstacle) => $"bypasses {obstacle}",
            _ => null,
        },
        planned.Pod.Controller is { } owner ? $"{owner.Kind}/{owner.Name}" : null,
        (options.PodTerminationGracePeriod ?? planned.Pod.OwnGracePeriod).TotalSeconds,
        [.. planned.Disposition is Disposition.Leave ? [] : budgets.Where(budget => budget.Covers(planned.Pod)).Select(budget => budget.Metadata.Name)]);

    private static PlanAnswerBudget BudgetOf(V1PodDisruptionBudget budget, int here) => new(
        budget.Metadata.NamespaceProperty,
        budget.Metadata.Name,
        budget.Allowed,
        budget.Status?.CurrentHealthy ?? 0,
        budget.Status?.DesiredHealthy ?? 0,
        budget.Status?.ExpectedPods ?? 0,
        here);

    private static string Word(Disposition disposition) => disposition switch
    {
        Disposition.Evict => "evict",
        Disposition.Await => "await",
        Disposition.Delete => "delete",
        Disposition.Leave => "leave",
        _ => throw new UnreachableException($"Unknown {disposition}."),
    };
}
