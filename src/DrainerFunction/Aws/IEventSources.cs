namespace DrainerFunction.Aws;

/// <summary>What stands between the queues and a function.</summary>
internal interface IEventSources
{
    /// <exception cref="AwsCallException">A call failed.</exception>
    Task<IReadOnlyList<EventSource>> ListAsync(string functionName, CancellationToken cancellationToken);
}

/// <param name="QueueArn">What is polled.</param>
/// <param name="IsEnabled">Or about to be.</param>
/// <param name="ReportsFailures">It reads from the answer which messages of a batch have failed; without it none has.</param>
internal sealed record EventSource(string QueueArn, bool IsEnabled, bool ReportsFailures);

/// <summary>The rules of the default event bus.</summary>
internal interface IEventRules
{
    /// <summary>Those that send to a target.</summary>
    /// <exception cref="AwsCallException">A call failed.</exception>
    Task<IReadOnlyList<EventRule>> ListAsync(string targetArn, CancellationToken cancellationToken);
}

/// <param name="Pattern">As JSON; null for a schedule.</param>
internal sealed record EventRule(string Name, bool IsEnabled, string? Pattern);
