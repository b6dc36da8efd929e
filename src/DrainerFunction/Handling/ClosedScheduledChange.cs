using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;

namespace DrainerFunction.Handling;

/// <summary>
/// A scheduled change that is over. The end of a retirement leaves a machine that is off, and EC2 may say so late. The end of a
/// reboot comes before the node does: only its new boot id says that the machine is back, unless it was cancelled. Pure.
/// </summary>
internal abstract record ClosedScheduledChange(string Why)
{
    private static readonly TimeSpan LongestReboot = TimeSpan.FromMinutes(15);

    public static ClosedScheduledChange Of(FoundNode.Here here, InterruptionAnnotation? annotation, InstanceDescription described, IReadOnlyList<ReceivedInterruption> closed, DateTimeOffset now)
    {
        var instance = described.Instance!;
        var isBack = annotation is null
            || (annotation.IsStaleOn(here.Node, instance.InstanceId) && here.Node.IsReadySince(instance.LaunchedAt));
        var notices = closed.Select(received => received.Interruption).OfType<Interruption.ScheduledChange>().Select(change => change.Notice).ToList();
        return instance.Life switch
        {
            not InstanceLife.Running => new Kept($"the scheduled change is over and EC2 reports the instance as {instance.Life}"),
            _ when isBack || described.WasCanceled => Undo(described),
            _ when notices.Exists(notice => notice.IsRetirement) =>
                new Kept("the retirement is over, but it is not confirmed that the instance stays; if it does, the sweep lifts its cordon"),
            _ when !notices.Exists(notice => notice.IsReboot) => Undo(described),
            _ when now - closed.Max(received => received.Interruption.At) < LongestReboot =>
                new NotYet("the reboot is over, but the node has not returned with a new boot id yet", TimeSpan.FromSeconds(15)),
            _ => new Kept("the reboot is over, but the node has not returned with a new boot id; the sweep lifts its cordon when it does"),
        };
    }

    private static Undone Undo(InstanceDescription described) => new(
        new() { Kind = InterruptionKind.ScheduledChange, StaysCordoned = described.InGroup is { IsInService: false } },
        "AWS Health has closed the event");

    /// <summary>The marks of it are to be taken back, and no others.</summary>
    public sealed record Undone(UncordonPatch Patch, string Why) : ClosedScheduledChange(Why);

    /// <summary>The machine may still come back: to be looked at again.</summary>
    public sealed record NotYet(string Why, TimeSpan LookAgainAfter) : ClosedScheduledChange(Why);

    /// <summary>Nothing says that the threat has passed: the node stays as it is.</summary>
    public sealed record Kept(string Why) : ClosedScheduledChange(Why);
}
