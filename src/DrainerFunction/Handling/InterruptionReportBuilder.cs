using DrainerFunction.Continuations;
using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>What is reported of an interruption: what is known when it begins, what was done to its node, how it ended.</summary>
internal static class InterruptionReportBuilder
{
    public static InterruptionReport Begin(InterruptedInstance instance, BatchContext batch, DateTimeOffset now) => new()
    {
        Scope = instance.Scope,
        InstanceId = instance.InstanceId,
        Kinds = [.. instance.Interruptions.Select(interruption => interruption.Kind).Distinct().Order()],
        MessageIds = [.. instance.Received.Select(received => received.Record.MessageId).Distinct()],
        ReceivedAt = batch.ReceivedAt,
        FirstSeen = instance.FirstSeen,
        EventAt = instance.Interruptions.Min(interruption => interruption.At),
        Attempt = instance.Received.Max(received => received.Attempt),
        QueueAge = instance.Received.Max(received => now - (received.Record.SentAt ?? now)),
        Chain = Chain.Youngest(instance.Received.Select(received => received.Chain)),
    };

    extension(InterruptionReport report)
    {
        public InterruptionReport Of(NodeProgress? progress) => progress is null ? report : report with
        {
            Cluster = progress.Target.Cluster,
            NodeName = progress.Target.NodeName,
            Node = progress.Node,
            ResolvedAt = progress.ResolvedAt,
            CordonedAt = progress.CordonedAt,
            Bounds = progress.Bounds,
            Drain = progress.Drain,
            Chain = progress.Annotation?.Chain ?? report.Chain,
            ToldBy = progress.Annotation?.Started?.By,
        };

        public InterruptionReport Ended(InterruptionResult result, HookHeartbeats hooks) => report.Of(result.Progress) with
        {
            Outcome = result.Outcome,
            Why = result.Why,
            Reply = result.Reply,
            Hooks = [.. hooks.Names],
            Heartbeats = hooks.Heartbeats,
            HeartbeatTimes = hooks.HeartbeatTimes,
        };
    }
}
