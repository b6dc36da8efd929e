namespace DrainerFunction.DirectInvocations;

/// <summary>The answer to <c>{"drain":{…}}</c>.</summary>
internal sealed record DrainAnswer
{
    /// <summary>drained, cordoned, deadlineMissed, unfinished, noNode, notOurs, dryRun, refused, … in the words of docs/logging.md.</summary>
    public required string Outcome { get; init; }

    public required string Why { get; init; }

    public required string Instance { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public string? Cluster { get; init; }

    public string? Node { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Which bound that is: machine, going, earliest, hook or soft.</summary>
    public string? DeadlineKind { get; init; }

    /// <summary>True when the rest went to QUEUE_URL and is worked on there.</summary>
    public bool SentOn { get; init; }

    public DrainAnswerPods? Pods { get; init; }

    /// <summary>The hooks that were kept waiting.</summary>
    public IReadOnlyList<string> Hooks { get; init; } = [];

    public string? HookReply { get; init; }
}

/// <param name="Remaining">By name: still there although they should have gone.</param>
/// <param name="Left">None of the drain's business: DaemonSet pods and the like.</param>
internal sealed record DrainAnswerPods(int Evicted, int DeletedPastBudget, int Left, IReadOnlyList<string> Remaining, IReadOnlyList<string> BudgetsBypassed, double Seconds);
