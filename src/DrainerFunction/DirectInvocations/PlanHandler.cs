using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;
using k8s.Models;

namespace DrainerFunction.DirectInvocations;

/// <summary>What a drain of an instance would do now. It asks, and writes nothing.</summary>
internal sealed class PlanHandler(InstanceLookup lookup, NodeFinder nodes, AnnotationReader annotations, NodePlanner nodePlan, DrainerOptions options, TimeProvider time)
{
    public async Task<PlanAnswer> HandleAsync(InstanceAddress address, AwsScope own, CancellationToken cancellationToken)
    {
        var scope = new AwsScope(address.Account ?? own.Account, address.Region ?? own.Region);
        var foreign = BatchTriage.Foreign(scope, own, options);
        var facts = foreign is null ? await lookup.DescribeAsync(scope, address.InstanceId, cancellationToken) : new();
        var hints = new List<string>(facts.Problems);
        var isOurs = IsOurs(facts, foreign, hints);
        var settings = GroupSettings.Of(options, facts.Instance?.Tags);
        hints.AddRange(settings.Problems.Select(problem => $"Tag {UntrustedText.Short(problem)} The stack's setting applies."));
        var answer = new PlanAnswer
        {
            Summary = [],
            Instance = address.InstanceId,
            Account = scope.Account,
            Region = scope.Region,
            State = facts.Instance is { } instance ? Word(instance.Life) : null,
            IsSpot = facts.Instance?.IsSpot,
            IsOurs = isOurs,
            Settings = settings.Everything(),
            AutoScaling = GroupOf(facts, hints),
        };
        answer = facts.Instance is null ? answer : await OnNodeAsync(answer, facts.Instance, scope, settings.Options, hints, cancellationToken);
        answer = answer with { Hints = hints is [] ? null : hints };
        return answer with { Summary = PlanSummary.Of(answer, time.GetUtcNow()) };
    }

    private bool IsOurs(InstanceFacts facts, string? foreign, List<string> hints)
    {
        if (foreign is not null)
        {
            hints.Add($"Its events would be ignored: {foreign}.");
            return false;
        }

        if (facts.Instance is null)
        {
            hints.AddRange(facts.Problems is [] ? ["EC2 reports no such instance there; use \"account\" and \"region\" to select another account or region."] : []);
            return false;
        }

        if (InstanceOwnership.WhyForeign(facts.Instance, options) is { } why)
        {
            hints.Add($"Its events would be ignored: {why}.");
            return false;
        }

        return true;
    }

    private PlanAnswerGroup? GroupOf(InstanceFacts facts, List<string> hints)
    {
        if (facts.InGroup is not { } member)
        {
            return null;
        }

        var holding = member.HeldBy(facts.Hooks).ToHashSet();
        if (facts.Hooks.Any(hook => options.LifecycleHooks.IsOurs(hook.HookName)) && facts.Group is { } group && options.CheckTagBeforeDraining && !options.ManagedTag.IsOn(group.Tags))
        {
            hints.Add($"Auto Scaling group {group.Name} does not carry the tag {options.ManagedTag.Key}: unless the role's policy names the group, its lifecycle hooks can be neither kept alive nor completed.");
        }

        if (facts.Hooks.All(hook => hook.Transition != LifecycleStates.Terminating || !options.LifecycleHooks.IsOurs(hook.HookName)))
        {
            hints.Add($"Auto Scaling group {member.AutoScalingGroupName} has no termination hook for this function: a scale-in does not wait for a drain.");
        }

        return new(
            member.AutoScalingGroupName,
            member.LifecycleState,
            [.. facts.Hooks.Select(hook => new PlanAnswerHook(
                hook.HookName, hook.Transition, options.LifecycleHooks.IsOurs(hook.HookName), holding.Contains(hook), hook.HeartbeatTimeout.TotalSeconds, hook.GlobalTimeout.TotalSeconds, hook.DefaultResult))]);
    }

    private async Task<PlanAnswer> OnNodeAsync(PlanAnswer answer, Instance instance, AwsScope scope, DrainerOptions settings, List<string> hints, CancellationToken cancellationToken)
    {
        var choice = ClusterChoice.Of(instance, scope, options);
        if (choice is not ClusterChoice.Candidates candidates)
        {
            hints.Add(choice is ClusterChoice.Foreign(var name)
                ? $"Its tag names cluster {name}, which CLUSTER_NAME does not list."
                : "No tag of the instance names a cluster and CLUSTER_NAME is not set; set it, or tag the instance with eks:cluster-name.");
            return answer;
        }

        answer = answer with { Cluster = candidates.Clusters.Count == 1 ? candidates.Clusters[0].Name : null };
        try
        {
            switch (await nodes.FindAsync(instance, candidates, NodeSearch.All, cancellationToken))
            {
                case FoundNode.Nowhere(var why, _):
                    hints.Add($"Nothing to drain: {why}.");
                    return answer;
                case FoundNode.Ambiguous(var why):
                    hints.Add($"Nothing would be drained: {why}.");
                    return answer;
                case FoundNode.Here(var target, var node):
                    answer = Found(answer, target, node);
                    return await nodePlan.AddAsync(answer, target, node, instance, settings, cancellationToken);
                case var unknown:
                    throw new UnreachableException($"Unknown {unknown}.");
            }
        }
        catch (ApiServerException refused)
        {
            hints.Add(RefusalHints.Sentence(refused));
            return answer;
        }
    }

    private PlanAnswer Found(PlanAnswer answer, TargetNode target, V1Node node) => answer with
    {
        Cluster = target.Cluster.Name,
        Node = target.NodeName,
        IsCordoned = node.Spec?.Unschedulable is true,
        InterruptedBy = annotations.Read(node, target.InstanceId)?.Kinds.Select(kind => kind.Word).ToList(),
    };

    private static string Word(InstanceLife life) => life is InstanceLife.ShuttingDown ? "shutting down" : life.ToString().ToLowerInvariant();
}
