using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>From an interrupted instance to its node, with every reason to leave it alone on the way.</summary>
internal sealed class NodeResolver(InterruptionVerifier verifier, RememberedNodeLookup remembered, NodeLookup nodes, DrainerOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstDoubt = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <exception cref="AwsCallException">AWS could not be asked.</exception>
    /// <exception cref="ApiServer.ApiServerException">No cluster has the node, and one could not be asked.</exception>
    public async Task<Resolution> ResolveAsync(InterruptionContext context, bool again, CancellationToken cancellationToken)
    {
        if (context.IsIgnored)
        {
            return new Resolution.Skipped(InterruptionOutcome.Ignored, InterruptionContext.WhyIgnored);
        }

        InterruptionHooks.KeepUrgent(context, options, cancellationToken);
        var (described, refusal) = await DescribeAsync(context, again, cancellationToken);
        if (TakeOn(context, described.Instance, cancellationToken) is { } leftAlone)
        {
            return leftAlone;
        }

        if (refusal is not null)
        {
            return await remembered.FindAsync(context, cancellationToken) ?? throw refusal;
        }

        var (confirmed, objection, latest) = await verifier.ConfirmAsync(context, described, cancellationToken);
        if (described.Instance is null && TakeOn(context, latest.Instance, cancellationToken) is { } lateLeftAlone)
        {
            return lateLeftAlone;
        }

        return (confirmed, objection) switch
        {
            ([], Verification.NotYet(var why)) => new Resolution.RetryLater(InterruptionOutcome.Continues, $"AWS does not confirm the interruption yet: {why}", context.Instance.HopDelay(FirstDoubt)),
            ([], Verification.Refuted(var why)) => new Resolution.Skipped(InterruptionOutcome.Refuted, why),
            _ => await FindAsync(context, confirmed, latest, cancellationToken),
        };
    }

    /// <returns>What AWS says, and why it could not be asked for all that is needed.</returns>
    private static async Task<(InstanceDescription Described, AwsCallException? Refusal)> DescribeAsync(InterruptionContext context, bool again, CancellationToken cancellationToken)
    {
        var (instance, descriptions) = (context.Instance, context.Batch.Descriptions);
        try
        {
            var described = again
                ? await descriptions.LookAgainAsync(instance.Scope, instance.Interruptions, cancellationToken)
                : await descriptions.FirstLookAsync(instance.Scope, instance.Interruptions);
            return (described, described.GroupRefusal);
        }
        catch (AwsCallException refused)
        {
            return (new(null, null, null), refused);
        }
    }

    // Decided before a hook is touched: a hook of another controller is not even kept waiting.
    private Resolution? TakeOn(InterruptionContext context, Instance? instance, CancellationToken cancellationToken)
    {
        if (instance is null)
        {
            return null;
        }

        var clusters = ClusterChoice.Of(instance, context.Instance.Scope, options);
        if (WhyLeftAlone(instance, clusters) is { } leftAlone)
        {
            return leftAlone;
        }

        context.Place.Narrow(clusters is ClusterChoice.Candidates candidates ? candidates.Clusters : []);
        InterruptionHooks.KeepAll(context, cancellationToken);
        return null;
    }

    private Resolution? WhyLeftAlone(Instance instance, ClusterChoice clusters) => (InstanceOwnership.WhyForeign(instance, options), clusters) switch
    {
        ({ } why, _) => new Resolution.Skipped(InterruptionOutcome.NotOurs, why),
        (_, ClusterChoice.Foreign(var name)) => new Resolution.Skipped(InterruptionOutcome.NotOurs, $"its tag names cluster {name}, which CLUSTER_NAME does not list"),
        (_, ClusterChoice.Unknown) when !options.ManagedTag.IsOn(instance.Tags) =>
            new Resolution.Skipped(InterruptionOutcome.NotOurs, "no tag of the instance names a cluster or marks it as managed, and CLUSTER_NAME is not set"),
        (_, ClusterChoice.Unknown) => new Resolution.Misconfigured("no tag of the instance names a cluster and CLUSTER_NAME is not set; set it, or tag the instance with eks:cluster-name"),
        _ => null,
    };

    private async Task<Resolution> FindAsync(InterruptionContext context, IReadOnlyList<ReceivedInterruption> confirmed, InstanceDescription described, CancellationToken cancellationToken)
    {
        var instance = described.Instance ?? throw new UnreachableException("An interruption without an instance was confirmed.");
        var due = confirmed.Where(received => DueAt(received.Interruption) <= time.GetUtcNow()).ToList();
        if (due is [])
        {
            var next = confirmed.Min(received => DueAt(received.Interruption));
            var wait = next - time.GetUtcNow();
            return new Resolution.RetryLater(InterruptionOutcome.Waits, $"the drain for the scheduled change starts at {next:u}", wait < LongestWait ? wait : LongestWait);
        }

        if (due.All(received => received is { Interruption: Interruption.Launch, Action.IsIntoWarmPool: true }))
        {
            return new Resolution.NoNode("the instance returns to the warm pool", Proven: true, due);
        }

        return ClusterChoice.Of(instance, context.Instance.Scope, options) is ClusterChoice.Candidates candidates
            ? await nodes.FindAsync(context, described, candidates, due, cancellationToken)
            : throw new UnreachableException($"{instance.InstanceId} was taken on without a cluster.");
    }

    private DateTimeOffset DueAt(Interruption interruption) => interruption switch
    {
        Interruption.ScheduledChange { Notice.Status: not ScheduledChangeStatus.Closed, Notice.StartTime: var start } => start.Before(options.ScheduledChangeLeadTime),
        _ => DateTimeOffset.MinValue,
    };
}
