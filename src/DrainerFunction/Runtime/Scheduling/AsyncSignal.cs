namespace DrainerFunction.Runtime.Scheduling;

/// <summary>
/// A flag on the event loop that can be waited for. Waiters go on in a later turn of the loop, never inside
/// <see cref="Set"/>, in the order in which they came, and never on another thread.
/// </summary>
internal sealed class AsyncSignal
{
    // Not RunContinuationsAsynchronously: WaitAsync and WhenAny would go through the thread pool.
    private TaskCompletionSource _set = new();

    public bool IsSet { get; private set; }

    public void Set()
    {
        if (IsSet)
        {
            return;
        }

        IsSet = true;
        if (SynchronizationContext.Current is { } loop)
        {
            loop.Post(static set => ((TaskCompletionSource)set!).TrySetResult(), _set);
        }
        else
        {
            _set.TrySetResult();
        }
    }

    public void Reset()
    {
        if (IsSet)
        {
            IsSet = false;
            _set = new();
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _set.Task.WaitAsync(cancellationToken);
}
