namespace DrainerFunction.Sandbox.Lambda;

/// <summary>An event source mapping as its template describes it.</summary>
internal sealed record MappingSettings
{
    /// <summary>A mapping starts so; source: "Configuring scaling behavior for SQS event source mappings".</summary>
    public const int FirstConcurrency = 5;

    public required string Queue { get; init; }

    /// <summary>A mapping that is disabled polls nothing: its messages wait.</summary>
    public bool IsEnabled { get; init; } = true;

    public int BatchSize { get; init; } = 10;

    public TimeSpan BatchingWindow { get; init; }

    public int MaximumConcurrency { get; init; } = 1000;

    /// <summary>Batches at once before it grows. A provisioned poller carries ten of them.</summary>
    public int First { get; init; } = FirstConcurrency;

    /// <summary>While messages wait and all run. Lambda documents 300 today; it was 60 for years.</summary>
    public int AddedPerMinute { get; init; } = 300;

    public bool ReportsBatchItemFailures { get; init; } = true;

    /// <summary>From a message's arrival until a poll has it: what arrives together travels together.</summary>
    public TimeSpan PollLatency { get; init; } = TimeSpan.FromMilliseconds(5);
}
