using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>Opens the report of an instance's story with what is known at once.</summary>
internal static class InterruptionReports
{
    public static InterruptionReport Begin(InterruptedInstance interrupted, BatchContext batch, DateTimeOffset now) => new()
    {
        Scope = interrupted.Scope,
        InstanceId = interrupted.InstanceId,
        Kinds = [.. interrupted.Interruptions.Select(interruption => interruption.Kind).Distinct().Order()],
        MessageIds = [.. interrupted.Received.Select(received => received.Record.MessageId).Distinct()],
        ReceivedAt = batch.ReceivedAt,
        FirstSeen = interrupted.FirstSeen,
        EventAt = interrupted.Interruptions.Min(interruption => interruption.At),
        Attempt = interrupted.Received.Max(received => received.Attempt),
        QueueAge = interrupted.Received.Max(received => now - (received.Record.SentAt ?? now)),
        Chain = Chains.Youngest(interrupted.Received.Select(received => received.Chain)),
    };
}
