using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Reporting;

/// <summary>What is told of one interrupted instance and one invocation: in the line, the metrics, the notices and the events.</summary>
internal sealed record InterruptionReport
{
    public required AwsScope Scope { get; init; }

    public required string InstanceId { get; init; }

    public required IReadOnlyList<InterruptionKind> Kinds { get; init; }

    public required IReadOnlyList<string> MessageIds { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Over all continuations.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When the oldest of the events happened, by their own times.</summary>
    public required DateTimeOffset EventAt { get; init; }

    /// <summary>0 for the first time, counted over all continuations.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long the oldest message had been in the queue.</summary>
    public TimeSpan QueueAge { get; init; }

    /// <summary>The settings that a tag of its group sets in place of the stack.</summary>
    public IReadOnlyList<GroupSetting> Settings { get; init; } = [];

    public ClusterName? Cluster { get; init; }

    public string? NodeName { get; init; }

    /// <summary>The node as it was last read; for its labels in notices.</summary>
    public V1Node? Node { get; init; }

    public IReadOnlyList<LifecycleHookName> Hooks { get; init; } = [];

    public Bounds? Bounds { get; init; }

    /// <summary>Names the drain over all its messages and invocations.</summary>
    public Chain? Chain { get; init; }

    /// <summary>The chain that claimed the started notice; null where none was claimed.</summary>
    public string? ToldBy { get; init; }

    /// <summary>When the node had been found.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public DateTimeOffset? CordonedAt { get; init; }

    public DrainReport? Drain { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public int Heartbeats { get; init; }

    /// <summary>When they were accepted, as far as that is known; for the picture.</summary>
    public IReadOnlyList<DateTimeOffset> HeartbeatTimes { get; init; } = [];

    public InterruptionOutcome Outcome { get; init; } = InterruptionOutcome.Failed;

    /// <summary>Why it ended so, and what comes next; a sentence for the operator.</summary>
    public string Why { get; init; } = "";

    public LifecycleReply Reply { get; init; }

    /// <summary>Of the messages, in the order of <see cref="MessageIds"/>.</summary>
    public IReadOnlyList<MessageFate> Fates { get; init; } = [];

    /// <summary>Names the interruption over all its invocations; null before anything is known of its messages.</summary>
    public string? InterruptionId => Chain?.Root.Name;

    /// <summary>The most urgent of the kinds: one metric dimension, one word in a notice.</summary>
    public InterruptionKind Kind => Kinds.Count == 0 ? InterruptionKind.StateChange : Kinds.MinBy(kind => kind.Urgency);

    /// <summary>True when a notice of the end is owed: the drain is over for good, one way or the other.</summary>
    public bool IsFinal => Outcome is InterruptionOutcome.Drained or InterruptionOutcome.DeadlineMissed or InterruptionOutcome.AlreadyHandled;

    /// <summary>True for the one line of an interruption that ends it. A state change that moves no pod is the end of a drain that was counted, or of none.</summary>
    public bool IsCounted => Outcome switch
    {
        InterruptionOutcome.Continues or InterruptionOutcome.Waits or InterruptionOutcome.Superseded or InterruptionOutcome.AlreadyHandled => false,
        InterruptionOutcome.Failed or InterruptionOutcome.DeadlineMissed or InterruptionOutcome.Undone => true,
        _ => Kinds.Any(kind => kind is not InterruptionKind.StateChange) || Drain?.LastAccepted is not null,
    };
}
