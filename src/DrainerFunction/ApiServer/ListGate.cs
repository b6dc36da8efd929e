using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.ApiServer;

/// <summary>So many lists are read at one time, first come first served: each may be tens of megabytes on its way through the process.</summary>
internal sealed class ListGate(int atOnce)
{
    private readonly Queue<Place> _waiting = new();
    private int _free = atOnce;

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> list, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken);
        try
        {
            return await list(cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (_free > 0)
        {
            _free--;
            return;
        }

        var place = new Place();
        _waiting.Enqueue(place);
        try
        {
            await place.Admitted.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            place.HasLeft = true;
            if (place.Admitted.IsSet)
            {
                Leave();
            }

            throw;
        }
    }

    private void Leave()
    {
        while (_waiting.TryDequeue(out var next))
        {
            if (!next.HasLeft)
            {
                next.Admitted.Set();
                return;
            }
        }

        _free++;
    }

    private sealed class Place
    {
        public AsyncSignal Admitted { get; } = new();

        public bool HasLeft { get; set; }
    }
}
