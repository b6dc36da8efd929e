using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>What becomes of each message of a finished interruption: the result's fate for those it answers, one of their own for the others.</summary>
internal sealed class MessageResults(DrainerOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    /// <returns>By the message's id.</returns>
    public IReadOnlyDictionary<string, MessageResult> Of(InterruptedInstance instance, InterruptionResult result, HookHeartbeats hooks) => instance.Received
        .GroupBy(received => received.Record.MessageId)
        .ToDictionary(message => message.Key, message => Of(instance, result, [.. message], hooks) with { BeatAt = message.First().Action is { } action ? hooks.ExtendedAt(action.AutoScalingGroupName, action.HookName) ?? message.First().BeatAt : null });

    private MessageResult Of(InterruptedInstance instance, InterruptionResult result, IReadOnlyList<ReceivedInterruption> message, HookHeartbeats hooks)
    {
        var received = message[0];
        var living = instance.Received.MaxBy(one => one.Chain)!;
        var isLiving = received.Record.MessageId == living.Record.MessageId;
        var chain = isLiving && result.Work is { Annotation: not null, Order: { } order } && order.Chain.IsYoungerThan(received.Chain) ? order.Chain : received.Chain;
        var answered = message.Where(one => (result.Answers ?? instance.Received).Any(answer => answer.Record.MessageId == one.Record.MessageId)).ToList();
        return new(answered is [] ? Unconfirmed(instance, message) : result.Owed.Fate, chain, result.CompleteAt)
        {
            Confirmed = (result.Work is { } work ? message.Any(one => work.Confirmed.Any(confirmed => confirmed.Record.MessageId == one.Record.MessageId)) : message.Any(one => one.WasConfirmed)) ? [instance.InstanceId] : [],
            Hooks = answered is [] ? [] : hooks.OthersThan(received.Action),
            HooksGivenBack = isLiving && result.Outcome is InterruptionOutcome.Refuted or InterruptionOutcome.Undone
                ? [.. hooks.OthersThan(received.Action).Where(hook => !instance.Received.Any(one => one.Hook == new LifecycleHookName(hook.Group, hook.Hook)))]
                : [],
            GoingSince = answered is [] ? null : result.Work?.Order?.GoingSince ?? received.GoingSince,
            Node = answered is [] ? null : result.Work is { Annotation: { } noted, Target: var target } ? new(target.Cluster.Name, target.NodeName) { WasCordonedByUs = noted.CordonedByUs } : received.Node,
        };
    }

    // Others of the same instance were confirmed and worked on; AWS may just lag behind on this one.
    private MessageFate Unconfirmed(InterruptedInstance instance, IReadOnlyList<ReceivedInterruption> message)
    {
        var now = time.GetUtcNow();
        if (message.Any(received => VerificationRules.IsYoung(received.Interruption, received.FirstSeen, now)))
        {
            return new MessageFate.SendOn(instance.BoundsAt(now, options).Cut(LookAgainAfter, now), "AWS does not confirm the interruption yet");
        }

        var due = message.Select(received => received.Interruption).OfType<Interruption.ScheduledChange>()
            .Select(change => change.Notice.StartTime.Before(options.ScheduledChangeLeadTime) - now).Where(wait => wait > TimeSpan.Zero).ToList();
        return due is [] ? new MessageFate.Handled() : new MessageFate.SendOn(due.Min(), "the scheduled change is not due yet");
    }
}
