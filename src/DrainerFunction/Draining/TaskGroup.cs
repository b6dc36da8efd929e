using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Draining;

/// <summary>What runs beside a drain's loop: watches and requests. The loop hears of each end, and of each internal error.</summary>
internal sealed class TaskGroup(AsyncSignal changed) : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Task> _work = [];

    public CancellationToken Stopped => _stopped.Token;

    public void Start(Task work) => _work.Add(SignalWhenDoneAsync(work));

    public Task AllAsync() => Task.WhenAll(_work);

    /// <summary>What goes wrong beside the loop goes wrong in it.</summary>
    public async Task FaultsAsync()
    {
        foreach (var broken in _work.Where(work => work.IsFaulted))
        {
            await broken;
        }

        _work.RemoveAll(work => work.IsCompleted);
    }

    public async Task StopAsync()
    {
        _stopped.Cancel();
        try
        {
            await AllAsync();
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // Cut short on purpose: the watches, and requests whose answer no longer matters.
            _work.Clear();
        }
    }

    public void Dispose() => _stopped.Dispose();

    private async Task SignalWhenDoneAsync(Task work)
    {
        try
        {
            await work;
        }
        finally
        {
            changed.Set();
        }
    }
}
