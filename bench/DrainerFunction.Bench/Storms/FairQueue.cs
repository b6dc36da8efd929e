namespace DrainerFunction.Bench.Storms;

/// <summary>API priority and fairness as one flow of one level meets it: so many seats, so many that wait, and 429 for the rest.</summary>
internal sealed class FairQueue
{
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private int _free = StormModel.Seats;

    public int Refused { get; private set; }

    public int MostWaiting { get; private set; }

    /// <returns>False where the queues are full.</returns>
    public async Task<bool> EnterAsync()
    {
        if (_free > 0)
        {
            _free--;
            return true;
        }

        if (_waiting.Count >= StormModel.MostWaiting)
        {
            Refused++;
            return false;
        }

        // It goes on in the event loop that it waits in, whichever process gave its seat up.
        var turn = new TaskCompletionSource();
        _waiting.Enqueue(turn);
        MostWaiting = Math.Max(MostWaiting, _waiting.Count);
        await turn.Task;
        return true;
    }

    public void Leave()
    {
        if (_waiting.TryDequeue(out var next))
        {
            next.SetResult();
        }
        else
        {
            _free++;
        }
    }
}
