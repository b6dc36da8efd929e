using DrainerFunction.Aws;

namespace DrainerFunction.Handling;

/// <summary>
/// Looks whether the instance still is there: when a hook turns out to be over, and every few seconds while the machine is going. If it is
/// off, the drain has nothing left to do.
/// </summary>
internal sealed class InstanceGoneCheck : IAsyncDisposable
{
    // Machines that were shutting down were gone after 15 to 80 seconds.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly InterruptionContext _context;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _ended;
    private readonly Task _watching;
    private Task _looking = Task.CompletedTask;

    /// <param name="context">The interruption.</param>
    /// <param name="isGoing">The machine is going, and no event may come to say when it has gone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="working">Ends the repeated looks.</param>
    public InstanceGoneCheck(InterruptionContext context, bool isGoing, TimeProvider time, CancellationToken working)
    {
        (_context, _time) = (context, time);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(working);
        context.Hooks.Over += Look;
        _watching = isGoing ? WatchAsync() : Task.CompletedTask;
    }

    /// <summary>Cancelled once EC2 says that the instance is off.</summary>
    public CancellationToken Token => _gone.Token;

    public async ValueTask DisposeAsync()
    {
        _context.Hooks.Over -= Look;
        _ended.Cancel();
        await _watching;
        await _looking;
        _ended.Dispose();
        _gone.Dispose();
    }

    private void Look() => _looking = LookAsync(_looking);

    private async Task WatchAsync()
    {
        try
        {
            while (!_gone.IsCancellationRequested)
            {
                await Task.Delay(Interval, _time, _ended.Token);
                Look();
                await _looking;
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The drain ended first.
            return;
        }
    }

    private async Task LookAsync(Task before)
    {
        await before;
        try
        {
            var latest = await _context.Batch.Descriptions.LookAgainAsync(_context.Instance.Scope, _context.Instance.Interruptions, _ended.Token);
            if (latest.Instance is null or { IsOff: true })
            {
                _gone.Cancel();
            }
        }
        catch (AwsCallException)
        {
            // Nothing is known: the drain goes on, and its bound ends it.
            return;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The drain ended first.
            return;
        }
    }
}
