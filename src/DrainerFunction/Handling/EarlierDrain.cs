using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Handling;

/// <summary>
/// Whether a message is a part of an interruption that an earlier message began: EC2 announces the end of a machine that was drained,
/// first as shutting-down, then as terminated, and a hook may follow a Spot warning. The node's annotation tells, as it was before this message came.
/// </summary>
internal static class EarlierDrain
{
    public static bool Covers(InterruptionContext context, InterruptionAnnotation? before, DrainOutcome outcome, NodeProgress progress, DateTimeOffset now) =>
        outcome is DrainOutcome.Drained or DrainOutcome.BoundReached or DrainOutcome.MachineGone
        && before is not null && before.Chain != Chain.None
        && progress.Confirmed.All(received => received is { Attempt: 0, Record.IsMadeHere: false } && CameAfter(received, before))
        && (HasEnded(before, outcome.Report, progress)
            || (outcome is DrainOutcome.MachineGone && outcome.Report.Pods.All(pod => pod.AskedAt is null) && (!outcome.Report.Remaining.Any() || SeesItsMachine(before)))
            || (outcome is DrainOutcome.Drained && IsUnderWay(before, context, now)));

    // A drain for a hook alone does not look at its machine: which pods that left behind, only what EC2 says of it tells.
    private static bool SeesItsMachine(InterruptionAnnotation before) => before.Kinds.Any(kind => kind is not InterruptionKind.Termination);

    // Sent later, received for the first time, or of a kind that the node had not heard of: it may have waited in its queue while a younger one is at
    // work, or have come together with it. One that comes again because its process died was received before, and finds its own kind there.
    private static bool CameAfter(ReceivedInterruption received, InterruptionAnnotation before) =>
        received.Record.ReceiveCount is 1 || received.Chain.Root.IsYoungerThan(before.Chain.Root) || !before.Kinds.Contains(received.Interruption.Kind);

    // Nothing was left to move; or all that was left had been given up, and the end of the machine says nothing new.
    private static bool HasEnded(InterruptionAnnotation before, DrainReport drain, NodeProgress progress) =>
        drain.Pods.All(pod => pod.AskedAt is null && pod.GoneAt is null) && !drain.Remaining.Any()
        || before.Deadline <= progress.Confirmed.Min(received => received.FirstSeen) && progress.Confirmed.All(received => received.Interruption is Interruption.StateChange);

    // Its invocation has not reached its end, so that it ends with this one, and is counted; after that it leaves the node to the younger chain.
    private static bool IsUnderWay(InterruptionAnnotation before, InterruptionContext context, DateTimeOffset now) =>
        now < before.ChainAt + (context.Batch.WorkEnds - context.Batch.ReceivedAt);
}
