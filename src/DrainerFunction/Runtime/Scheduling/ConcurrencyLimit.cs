namespace DrainerFunction.Runtime.Scheduling;

/// <summary>So many at a time, first come first served.</summary>
internal sealed class ConcurrencyLimit(int atOnce)
{
    private readonly Queue<SlotWaiter> _waiting = new();
    private int _free = atOnce;

    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (_free > 0)
        {
            _free--;
        }
        else
        {
            var waiter = new SlotWaiter();
            _waiting.Enqueue(waiter);
            await waiter.WaitAsync(Release, cancellationToken);
        }

        try
        {
            return await work();
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        while (_waiting.TryDequeue(out var next))
        {
            if (!next.HasLeft)
            {
                next.Admit();
                return;
            }
        }

        _free++;
    }
}
