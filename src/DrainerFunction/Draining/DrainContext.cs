using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Draining;

/// <summary>What the parts of one drain share.</summary>
/// <param name="Changed">Set when the plan may be another one now.</param>
internal sealed record DrainContext(DrainOrder Order, PooledRequests Requests, DrainProgress Progress, AsyncSignal Changed, TimeProvider Time, Random Random)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>A pause that begins now, cut to what the bound of the drain allows.</summary>
    public TimeSpan Limit(TimeSpan pause) => Requests.Limit(pause, Now);

    public Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(RoundedTime.Milliseconds(Limit(pause)), Time, cancellationToken);

    /// <summary>Waits after a request that failed.</summary>
    /// <inheritdoc cref="RequestPool.PauseAfter"/>
    public Task PauseAfterAsync(ApiServerException unanswered, int failures, CancellationToken cancellationToken) =>
        PauseAsync(RequestPool.PauseAfter(unanswered, failures, Random), cancellationToken);

    public DrainReport Report(bool podsWereListed) => Progress.Report(podsWereListed, Requests, Order.Bounds.End);
}
