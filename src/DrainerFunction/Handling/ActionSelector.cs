using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>From confirmed messages to what is to be done to their node.</summary>
internal sealed class ActionSelector(IAwsClients aws, AnnotationReader annotations, LifecycleHookCache definitions, TimeProvider time)
{
    /// <summary>What the messages want by their settings: a drain if one of them does, a cordon if none wants more.</summary>
    /// <exception cref="AwsCallException">Auto Scaling could not be asked what becomes of a recommendation.</exception>
    public async Task<SelectedAction> SelectAsync(InterruptionContext context, IReadOnlyList<ReceivedInterruption> confirmed, CancellationToken cancellationToken)
    {
        var (draining, cordoned) = (new List<ReceivedInterruption>(), new List<ReceivedInterruption>());
        foreach (var received in confirmed.Where(received => !received.IsOver))
        {
            var action = context.Options.ActionFor(received.Interruption.Kind);
            action = action is InterruptionAction.Auto ? await SelectForRebalanceAsync(context, received, cancellationToken) : action;
            (action switch { InterruptionAction.Drain => draining, InterruptionAction.Cordon => cordoned, _ => null })?.Add(received);
        }

        return draining is [] ? new(cordoned, IsDrain: false) : new(draining, IsDrain: true);
    }

    public CordonOrder OrderOf(Resolution.Found ready, SelectedAction wanted, InterruptionContext context)
    {
        var (acting, isDrain) = (wanted.Acting, wanted.IsDrain);
        var bounds = acting.Select(received => (
            received.Interruption.Kind,
            Bound: InterruptionBounds.Of(received.Interruption, received.FirstSeen, context.Options, received.Action is { } action ? context.Hooks.GlobalLimitOf(action.Hook) : null))).ToList();
        var announced = new Bounds([.. bounds.Select(one => one.Bound)]);
        var now = time.GetUtcNow();

        // What is taken down, or was to be by now, is going, whatever was said of it.
        DateTimeOffset? goingSince = ready.Instance.IsGoing || announced.All.Any(bound => bound is Bound.Machine && bound.At <= now) ? acting.Min(received => received.GoingSince) ?? now : null;
        return new()
        {
            Target = ready.Target,
            Node = ready.Node,
            Kinds = [.. acting.Select(received => received.Interruption.Kind).Distinct()],
            FirstSeen = acting.Min(received => received.FirstSeen),
            Bounds = announced.At(now, goingSince, context.Options.NodeTerminationGracePeriod),
            Deadlines = bounds.GroupBy(one => one.Kind).ToDictionary(ofKind => ofKind.Key, ofKind => ofKind.Min(one => one.Bound.At)),
            Chain = isDrain ? ChainOf(ready, acting) : Chain.None,
            WasCordonedByUs = acting.Any(received => received.Node is { WasCordonedByUs: true } node && node.Node == ready.Target.NodeName),
            GoingSince = goingSince,
            Hooks = isDrain ? [.. acting.Select(received => received.Hook).OfType<LifecycleHookName>().Distinct()] : [],
            Groups = ready.Instance.Group is { } group
                ? [group, .. acting.Select(received => received.Hook?.Group).OfType<string>()]
                : null,
            StartedBy = isDrain && context.Notices.AreWanted && !ready.Instance.IsOff ? InterruptionNotices.By(acting) : null,
            LaunchedAt = ready.Instance.LaunchedAt,
        };
    }

    // What `auto` makes of a recommendation. No event ever says that this threat has passed, so a node is only touched when
    // its group replaces it: cordoned where a hook drains it later, drained where none does.
    // A message that was sent on with its node is a drain's, for a cordon alone ends with itself: what was begun needs no second look.
    private async Task<InterruptionAction> SelectForRebalanceAsync(InterruptionContext context, ReceivedInterruption received, CancellationToken cancellationToken)
    {
        if (received.Node is not null)
        {
            return InterruptionAction.Drain;
        }

        var (scope, options) = (context.Instance.Scope, context.Options);
        var autoScaling = aws.In(scope).AutoScaling;
        var member = await autoScaling.DescribeInstancesAsync([received.Interruption.InstanceId], cancellationToken);
        if (member is not [var only, ..] || await autoScaling.DescribeGroupAsync(only.AutoScalingGroupName, cancellationToken) is not { CapacityRebalance: true } group)
        {
            return InterruptionAction.Ignore;
        }

        var drainsLater = (await definitions.OfGroupAsync(scope, group.Name, cancellationToken))
            .Any(hook => hook.Transition == LifecycleStates.Terminating && options.LifecycleHooks.IsOurs(hook.HookName));
        return drainsLater || options.CordonOnly ? InterruptionAction.Cordon : InterruptionAction.Drain;
    }

    // A chain that finds a younger one there takes its work over, under a name younger still: one that says that EC2 takes the machine
    // where that one does not, and one with a hook that that one does not know, or may leave without an answer.
    private Chain ChainOf(Resolution.Found ready, IReadOnlyList<ReceivedInterruption> acting)
    {
        var own = Chain.Youngest(acting.Select(received => received.Chain));
        return annotations.Read(ready.Node, ready.Target.InstanceId) is { } noted && !noted.ChainTakesTheMachine
            && (acting.Any(received => received.Interruption.Kind.TakesTheMachine) || acting.Any(received => received.Hook is { } hook && !(noted.ChainAnswers && noted.Hooks.Contains(hook))))
                ? own.After(noted.Chain)
                : own;
    }
}

/// <param name="Acting">The messages that want it; none where all are to be ignored.</param>
internal sealed record SelectedAction(IReadOnlyList<ReceivedInterruption> Acting, bool IsDrain);
