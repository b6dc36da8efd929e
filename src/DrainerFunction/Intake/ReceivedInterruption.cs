using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Payloads;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Intake;

/// <summary>One message's word about one instance, with what the message remembers of earlier invocations.</summary>
internal sealed record ReceivedInterruption(Interruption Interruption, SqsRecord Record, DateTimeOffset FirstSeen, Chain Chain, int Attempt, DateTimeOffset? CompleteAt = null)
{
    /// <summary>AWS has agreed with it before, and the function's own message says so.</summary>
    public bool WasConfirmed { get; init; }

    /// <summary>When an earlier invocation's heartbeat for its hook was last accepted; null on a first look.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>How long its hook waits, as an earlier invocation learned; null on a first look.</summary>
    public HookTimes? HookTimes { get; init; }

    /// <summary>Its hook was extended by an earlier invocation, after AWS had confirmed the termination, and cannot have run out yet.</summary>
    public bool IsKnownToWait(DateTimeOffset now) =>
        Interruption is Interruption.Termination && WasConfirmed && Node is not null && BeatAt is { } beatAt && HookTimes is { } times && beatAt.After(times.HeartbeatTimeout) > now;

    /// <summary>The hooks of other chains that an earlier invocation kept waiting for this message's drain.</summary>
    public IReadOnlyList<RememberedHook> Hooks { get; init; } = [];

    /// <summary>When an earlier invocation first saw that the machine is going; null where none did.</summary>
    public DateTimeOffset? GoingSince { get; init; }

    /// <summary>The node that an earlier invocation began to drain for this message, after AWS had confirmed it; null on a first look.</summary>
    public NodeReference? Node { get; init; }

    /// <summary>The lifecycle action that waits for it, of a termination or a launch.</summary>
    public LifecycleAction? Action => Interruption switch
    {
        Interruption.Termination termination => termination.Action,
        Interruption.Launch launch => launch.Action,
        _ => null,
    };

    public LifecycleHookName? Hook => (Interruption as Interruption.Termination)?.Action.Hook;

    /// <summary>It says that what was announced is over, or will not come.</summary>
    public bool IsOver => Interruption is Interruption.ScheduledChange { Notice.Status: ScheduledChangeStatus.Closed };

    /// <summary>What it remembers as it is, one hop on.</summary>
    /// <param name="requestId">The invocation that sends it on.</param>
    public Continuation NextHop(string requestId) => new() { FirstSeen = FirstSeen, Chain = Chain.Hop(Attempt + 1, requestId), Attempt = Attempt + 1 };

    /// <param name="memory">What it remembers, if its sender may be believed; null makes it a fresh one.</param>
    public static ReceivedInterruption From(Interruption interruption, SqsRecord record, Continuation? memory, DateTimeOffset now) => memory is not null
        ? new(interruption, record, memory.FirstSeen, memory.Chain, memory.Attempt, memory.CompleteAt) { WasConfirmed = memory.Confirmed.Contains(interruption.InstanceId), Node = memory.Node, BeatAt = memory.BeatAt, HookTimes = memory.HookTimes, Hooks = memory.Hooks, GoingSince = memory.GoingSince }
        : Fresh(interruption, record, record.SentAt is { } sentAt && PlausibleInstants.IsEventTime(sentAt, now) ? sentAt : now);

    private static ReceivedInterruption Fresh(Interruption interruption, SqsRecord record, DateTimeOffset sentAt) =>
        new(interruption, record, sentAt, Chain.First(sentAt, record.MessageId), 0);
}
