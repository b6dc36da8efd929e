namespace DrainerFunction.Runtime;

/// <summary>
/// The time this invocation may still spend on work: Lambda's deadline less the reserve in which the batch is acknowledged.
/// Nothing else reads that deadline; planning never sees it.
/// </summary>
internal sealed class ExecutionBudget(DateTimeOffset lambdaDeadline, TimeSpan acknowledgeReserve, TimeProvider time)
{
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(10);

    /// <summary>When Lambda ends this invocation, finished or not.</summary>
    public DateTimeOffset LambdaDeadline => lambdaDeadline;

    /// <summary>When work must have stopped.</summary>
    public DateTimeOffset End => lambdaDeadline - acknowledgeReserve;

    public TimeSpan Remaining => TimeSpan.FromTicks(long.Max(0, (End - time.GetUtcNow()).Ticks));

    /// <summary>A budget that keeps back 10 s, or a fifth of a short invocation.</summary>
    public static ExecutionBudget Until(DateTimeOffset lambdaDeadline, TimeProvider time)
    {
        var fifth = (lambdaDeadline - time.GetUtcNow()) / 5;
        return new(lambdaDeadline, fifth < LongestReserve ? fifth : LongestReserve, time);
    }

    /// <summary>A source that cancels when the budget is spent. The caller disposes it.</summary>
    public CancellationTokenSource Start() => new(Remaining, time);

    /// <summary>A source that cancels when the acknowledging must be over: one second before Lambda's deadline. The caller disposes it.</summary>
    public CancellationTokenSource StartAcknowledging() =>
        new(TimeSpan.FromTicks(long.Max(0, (lambdaDeadline - TimeSpan.FromSeconds(1) - time.GetUtcNow()).Ticks)), time);
}
