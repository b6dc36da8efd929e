namespace DrainerFunction.Interruptions;

/// <summary>Something AWS said will happen to an instance. A closed set: each case is nested here and nowhere else.</summary>
internal abstract record Interruption
{
    private Interruption(InterruptionKind kind) => Kind = kind;

    public InterruptionKind Kind { get; }

    public required string InstanceId { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>The time the event itself states, not the time it was received.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>An Auto Scaling group holds the instance in a lifecycle hook on its way out.</summary>
    public sealed record Termination(LifecycleAction Action) : Interruption(InterruptionKind.Termination);

    /// <summary>An Auto Scaling group holds the instance in a lifecycle hook on its way in.</summary>
    public sealed record Launch(LifecycleAction Action) : Interruption(InterruptionKind.Launch);

    /// <summary>EC2 takes the Spot instance back two minutes after <see cref="At"/>; hibernation begins at once.</summary>
    public sealed record SpotReclaim(InstanceAction Action) : Interruption(InterruptionKind.SpotReclaim);

    /// <summary>The owner of an interruptible capacity reservation takes it back, or a Capacity Block ends.</summary>
    /// <param name="TerminationTime">When the machine goes; null for two minutes after the warning.</param>
    /// <param name="ReservationId">The Capacity Block; null where an interruptible reservation is taken back.</param>
    public sealed record CapacityReclaim(DateTimeOffset? TerminationTime, string? ReservationId = null) : Interruption(InterruptionKind.CapacityReclaim);

    /// <summary>EC2 thinks that the Spot instance is likelier than others to be taken back.</summary>
    public sealed record RebalanceRecommendation() : Interruption(InterruptionKind.RebalanceRecommendation);

    /// <summary>AWS Health announces maintenance, a reboot or the retirement of the instance.</summary>
    public sealed record ScheduledChange(ScheduledChangeNotice Notice) : Interruption(InterruptionKind.ScheduledChange);

    /// <summary>The instance is already on its way down, for whatever reason.</summary>
    public sealed record StateChange(InstanceState State) : Interruption(InterruptionKind.StateChange);

    /// <summary>Asked for by hand, with a direct invocation; forwarded, it is a message of the function's own form.</summary>
    /// <param name="Deadline">When it must be done; null for the longest drain.</param>
    /// <param name="Force">The deadline is hard: disruption budgets may be bypassed before it.</param>
    public sealed record DrainRequest(DateTimeOffset? Deadline, bool Force) : Interruption(InterruptionKind.DrainRequest);
}
