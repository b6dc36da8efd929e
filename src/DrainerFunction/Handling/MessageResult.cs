using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>What one instance's result says of one message.</summary>
/// <param name="Fate">The result's for a message that it answers, one of its own for another.</param>
/// <param name="Memory">What it must remember if it is sent on.</param>
internal sealed record MessageResult(MessageFate Fate, Continuation Memory)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>The hooks of other chains that were left to its drain, which does not take place: each gets a message of its own again.</summary>
    public IReadOnlyList<RememberedHook> HooksGivenBack { get; init; } = [];

    /// <returns>Of all messages about the instance, by their ids.</returns>
    public static IReadOnlyDictionary<string, MessageResult> AllOf(InterruptionContext context, InterruptionResult result, DateTimeOffset now) =>
        context.Instance.Received.GroupBy(received => received.Record.MessageId).ToDictionary(message => message.Key, message => Of([.. message], context, result, now));

    private static MessageResult Of(IReadOnlyList<ReceivedInterruption> message, InterruptionContext context, InterruptionResult result, DateTimeOffset now)
    {
        var (received, instance) = (message[0], context.Instance);
        bool IsAmong(IEnumerable<ReceivedInterruption> those) => those.Any(one => one.Record.MessageId == received.Record.MessageId);
        var isAnswered = IsAmong(result.Answers ?? instance.Received);
        var isLiving = IsAmong([instance.Received.MaxBy(one => one.Chain)!]);
        var others = context.Hooks.OthersThan(received.Action);
        var chain = isLiving && result.Progress is { Annotation: not null, Order: { } order } && order.Chain.IsYoungerThan(received.Chain) ? order.Chain : received.Chain;
        var memory = (received with { Chain = chain }).NextHop(context.Batch.RequestId) with
        {
            CompleteAt = result.CompleteAt,
            BeatAt = received.Action is { } action ? context.Hooks.ExtendedAt(action.Hook) ?? received.BeatAt : null,
            HookTimes = received.Action is { Hook: var hook } ? context.Hooks.TimesOf(hook) : null,
            Confirmed = (result.Progress is { } progress ? IsAmong(progress.Confirmed) : message.Any(one => one.WasConfirmed)) ? [instance.InstanceId] : [],
        };
        return new(isAnswered ? result.Fate : Unconfirmed(message, context, now), !isAnswered ? memory : memory with
        {
            Hooks = others,
            GoingSince = result.Progress?.Order?.GoingSince ?? received.GoingSince,
            Node = result.Progress is { Annotation: { } noted, Target: var target } ? new(target.Cluster.Name, target.NodeName) { WasCordonedByUs = noted.CordonedByUs } : received.Node,
        })
        {
            HooksGivenBack = isLiving && result.Outcome is InterruptionOutcome.Refuted or InterruptionOutcome.Undone ? [.. others.Where(hook => instance.Received.All(one => one.Hook != hook.Name))] : [],
        };
    }

    // Others of the same instance were confirmed and worked on; AWS may just lag behind on this one.
    private static MessageFate Unconfirmed(IReadOnlyList<ReceivedInterruption> message, InterruptionContext context, DateTimeOffset now)
    {
        if (message.Any(received => VerificationRules.IsYoung(received.Interruption, received.FirstSeen, now)))
        {
            return new MessageFate.SendOn(context.Instance.BoundsAt(now, context.Options).Cut(LookAgainAfter, now), "AWS does not confirm the interruption yet");
        }

        var due = message.Select(received => received.Interruption).OfType<Interruption.ScheduledChange>()
            .Select(change => change.Notice.StartTime.Before(context.Options.ScheduledChangeLeadTime) - now).Where(wait => wait > TimeSpan.Zero).ToList();
        return due is [] ? new MessageFate.Handled() : new MessageFate.SendOn(due.Min(), "the scheduled change is not due yet");
    }
}
