namespace DrainerFunction.Runtime.Scheduling;

/// <summary>
/// One request that serves all callers that ask while it is under way. No caller's cancellation ends it for the others, and neither its result nor its
/// failure is kept. A caller that joins one that fails asks once more: it may have been sent before the process was frozen, over a connection that is gone.
/// </summary>
internal sealed class SharedTask<T>(Func<Task<T>> start)
{
    private Task<T>? _running;

    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        if (_running is { IsCompleted: false } joined)
        {
            await ((Task)joined).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
            if (joined.IsCompletedSuccessfully)
            {
                return await joined;
            }

            // The caller that began it is told of this failure; what is asked from here on is asked afresh.
            _running = ReferenceEquals(_running, joined) ? null : _running;
        }

        return await RunAsync(cancellationToken);
    }

    private async Task<T> RunAsync(CancellationToken cancellationToken)
    {
        var running = _running ??= start();
        try
        {
            return await running.WaitAsync(cancellationToken);
        }
        finally
        {
            if (running.IsCompleted && ReferenceEquals(_running, running))
            {
                _running = null;
            }
        }
    }
}
