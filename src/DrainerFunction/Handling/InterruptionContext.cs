using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>What becomes known of one instance while its story is told, for whoever closes it.</summary>
internal sealed class InterruptionContext(InterruptedInstance interrupted, BatchContext batch, InterruptionReport report, CordonBarrier.Place place)
{
    public InterruptedInstance Interrupted => interrupted;

    public BatchContext Batch => batch;

    public InterruptionReport Report => report;

    public CordonBarrier.Place Place => place;

    /// <summary>Cancelled when its messages are somebody else's: then nothing more is done, and nothing reported.</summary>
    public required CancellationToken Lost { get; init; }

    public bool IsLaunch => interrupted.Interruptions[0] is Interruption.Launch;

    /// <summary>The messages that the ending answers; the others were not confirmed and have a fate of their own.</summary>
    public IReadOnlyList<ReceivedInterruption> Answers { get; set; } = interrupted.Received;

    /// <summary>The hooks that the ending's reply is for: those of <see cref="Answers"/>, or fewer, and those that the node remembers for its drain.</summary>
    public IReadOnlyCollection<LifecycleHookName> RepliesTo
    {
        get => field ?? [.. Answers.Select(received => received.Action).OfType<LifecycleAction>().Select(action => new LifecycleHookName(action.AutoScalingGroupName, action.HookName)), .. Noted?.Hooks ?? []];
        set;
    }

    public TargetNode? Target { get; set; }

    /// <summary>The newest node we hold.</summary>
    public V1Node? Node { get; set; }

    /// <summary>What the node remembers; null when it was not cordoned for this.</summary>
    public InterruptionAnnotation? Noted { get; set; }

    /// <summary>When the hook of the drained node is to be completed; null while nothing waits for that.</summary>
    public DateTimeOffset? CompleteAt { get; set; }

    /// <summary>Notices under way; awaited only when everything else is done.</summary>
    public List<Task> Notices { get; } = [];
}
