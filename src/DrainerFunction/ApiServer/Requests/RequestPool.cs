using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.ApiServer.Requests;

/// <summary>
/// The requests of one cluster: so many at a time, the most urgent first, first come first served among equals. When
/// the API server says that it is overloaded, all of them wait, and what it turned away is sent again.
/// </summary>
internal sealed class RequestPool(int slots, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly PriorityQueue<SlotWaiter, (Urgency Urgency, long Order)> _waiting = new();
    private int _free = slots;
    private long _order;
    private TimeSpan _pause;
    private DateTimeOffset _calmFrom = DateTimeOffset.MinValue;
    private DateTimeOffset _calmAt = DateTimeOffset.MinValue;
    private DateTimeOffset _resumesAt = DateTimeOffset.MaxValue;

    public async Task<T> RunAsync<T>(Urgency urgency, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        while (true)
        {
            await EnterAsync(urgency, cancellationToken);
            try
            {
                return await request(cancellationToken);
            }
            catch (ApiServerException overload) when (overload.Refusal is ApiServerRefusal.Overloaded)
            {
                SlowDown(overload.RetryAfter);
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>What the server asks for, as far as a caller with a deadline can give it; at zero no caller is served sooner.</summary>
    public static TimeSpan Limit(TimeSpan retryAfter) => retryAfter < ShortestPause ? ShortestPause : Shorter(retryAfter, LongestPause);

    /// <summary>How long to wait after a request that failed: as the server asked, and longer each time where it did not.</summary>
    /// <param name="failures">In a row; at least 1.</param>
    public static TimeSpan PauseAfter(ApiServerException unanswered, int failures, Random random) =>
        unanswered.RetryAfter is { } asked ? Limit(asked) : Backoff.After(failures, random);

    /// <summary>Holds back every request that has not been sent yet.</summary>
    public void SlowDown(TimeSpan? retryAfter)
    {
        var now = time.GetUtcNow();
        if (now >= _calmAt)
        {
            // Overloaded again soon after the last pause: that one was too short.
            _pause = now - _calmAt > LongestPause || _pause == TimeSpan.Zero ? ShortestPause : Shorter(_pause * 2, LongestPause);
        }

        var calm = now + (retryAfter is { } asked ? Limit(asked) : _pause);
        (_calmFrom, _calmAt) = (now, calm > _calmAt ? calm : _calmAt);
    }

    private Task EnterAsync(Urgency urgency, CancellationToken cancellationToken)
    {
        var waiter = new SlotWaiter();
        _waiting.Enqueue(waiter, (urgency, _order++));
        Admit();
        return waiter.WaitAsync(Leave, cancellationToken);
    }

    private void Leave()
    {
        _free++;
        Admit();
    }

    private void Admit()
    {
        while (_free > 0 && _waiting.TryPeek(out var next, out var priority))
        {
            if (CalmFor(priority.Urgency) is var calm && time.GetUtcNow() < calm)
            {
                _ = ResumeAsync(calm);
                return;
            }

            _waiting.Dequeue();
            if (!next.HasLeft)
            {
                _free--;
                next.Admit();
            }
        }
    }

    private async Task ResumeAsync(DateTimeOffset at)
    {
        if (at >= _resumesAt)
        {
            return;
        }

        _resumesAt = at;
        await Task.Delay(RoundedTime.Milliseconds(at - time.GetUtcNow()), time, CancellationToken.None);
        _resumesAt = _resumesAt == at ? DateTimeOffset.MaxValue : _resumesAt;
        Admit();
    }

    // The next date of a machine does not wait for a server that is overloaded.
    private DateTimeOffset CalmFor(Urgency urgency) => urgency.LatestRetry(_calmFrom) is var latest && latest < _calmAt ? latest : _calmAt;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
