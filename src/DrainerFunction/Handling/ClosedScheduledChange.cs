using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

/// <summary>
/// A scheduled change that is over. The end of a retirement leaves a machine that is off, and EC2 may say so late. The end of a
/// reboot comes before the node does: only its new boot id says that the machine is back, unless it was cancelled. Pure.
/// </summary>
internal static class ClosedScheduledChange
{
    private static readonly TimeSpan LongestReboot = TimeSpan.FromMinutes(15);

    public static Resolution Of(FoundNode.Here here, InstanceDescription described, IReadOnlyList<ReceivedInterruption> due, DateTimeOffset now)
    {
        var instance = described.Instance!;
        var isBack = AnnotationFormat.Read(here.Node) is not { } noted
            || (noted.IsStaleOn(here.Node, instance.InstanceId) && here.Node.IsReadySince(instance.LaunchedAt));
        var notices = due.Select(received => received.Interruption).OfType<Interruption.ScheduledChange>().Select(change => change.Notice).ToList();
        return instance.Life switch
        {
            not InstanceLife.Running => new Resolution.LeftAlone(InterruptionOutcome.Refuted, $"the scheduled change is over and EC2 says that the instance is {instance.Life}"),
            _ when isBack || described.WasCanceled => Closed(here, described),
            _ when notices.Exists(notice => notice.IsRetirement) =>
                new Resolution.LeftAlone(InterruptionOutcome.Refuted, "the retirement is over and nothing says that the machine stays; if it does, the sweep lifts its cordon"),
            _ when !notices.Exists(notice => notice.IsReboot) => Closed(here, described),
            _ when now - due.Max(received => received.Interruption.At) < LongestReboot =>
                new Resolution.NotYet(InterruptionOutcome.Waits, "the reboot is over, and the node is not back with a new boot id yet", TimeSpan.FromSeconds(15)),
            _ => new Resolution.LeftAlone(InterruptionOutcome.Refuted, "the reboot is over and the node has not come back with a new boot id; the sweep lifts its cordon when it does"),
        };
    }

    private static Resolution.Closed Closed(FoundNode.Here here, InstanceDescription described) => new(
        here.Target,
        here.Node,
        new() { Kind = InterruptionKind.ScheduledChange, StaysCordoned = described.InGroup is { IsInService: false } },
        "AWS Health has closed the event");
}
