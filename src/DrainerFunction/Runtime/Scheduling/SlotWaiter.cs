namespace DrainerFunction.Runtime.Scheduling;

/// <summary>One caller in a queue for a slot.</summary>
internal sealed class SlotWaiter
{
    private readonly AsyncSignal _admitted = new();

    /// <summary>It was cancelled, and takes no slot any more.</summary>
    public bool HasLeft { get; private set; }

    public void Admit() => _admitted.Set();

    /// <param name="release">Gives back the slot that one was given which was cancelled meanwhile.</param>
    public async Task WaitAsync(Action release, CancellationToken cancellationToken)
    {
        try
        {
            await _admitted.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            HasLeft = true;
            if (_admitted.IsSet)
            {
                release();
            }

            throw;
        }
    }
}
