using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>A Capacity Block ends, and thirty minutes before that EC2 begins to terminate what runs in it.</summary>
internal sealed record CapacityBlockWarning
{
    private static readonly TimeSpan ClearedBefore = TimeSpan.FromMinutes(30);

    public required string ReservationId { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Empty where AWS speaks: it names none.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    public required string Account { get; init; }

    public required string Region { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When its instances begin to go.</summary>
    public DateTimeOffset TerminationTime => EndsAt.Before(ClearedBefore);

    public IReadOnlyList<Interruption> Interruptions =>
    [
        .. InstanceIds.Select(instanceId => new Interruption.CapacityReclaim(TerminationTime, ReservationId)
        {
            InstanceId = instanceId, Account = Account, Region = Region, At = At,
        }),
    ];
}
