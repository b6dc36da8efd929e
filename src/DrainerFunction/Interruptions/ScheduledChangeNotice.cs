namespace DrainerFunction.Interruptions;

/// <summary>What AWS Health says about a scheduled change of one instance.</summary>
internal sealed record ScheduledChangeNotice
{
    private static readonly string[] Endings = ["RETIREMENT", "_STOP_", "TERMINATION"];

    public required string EventArn { get; init; }

    /// <summary>For example AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED.</summary>
    public required string EventTypeCode { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public required ScheduledChangeStatus Status { get; init; }

    public DateTimeOffset? LastUpdatedAt { get; init; }

    /// <summary>The instance comes back by itself, on the same or on another host.</summary>
    public bool IsReboot => EventTypeCode.Contains("REBOOT", StringComparison.OrdinalIgnoreCase);

    /// <summary>The instance is stopped or terminated and does not come back by itself.</summary>
    public bool IsRetirement => Endings.Any(ending => EventTypeCode.Contains(ending, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Closed: over, cancelled, or already dealt with.</summary>
internal enum ScheduledChangeStatus
{
    Upcoming,
    Open,
    Closed,
}
