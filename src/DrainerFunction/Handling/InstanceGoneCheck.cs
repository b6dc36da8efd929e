using DrainerFunction.Aws;

namespace DrainerFunction.Handling;

/// <summary>When a hook turns out to be over, looks whether the instance still is there: if it is not, the drain has nothing left to do.</summary>
internal sealed class InstanceGoneCheck : IAsyncDisposable
{
    private readonly InterruptionContext _context;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _ended;
    private Task _looking = Task.CompletedTask;

    public InstanceGoneCheck(InterruptionContext context, CancellationToken working)
    {
        _context = context;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(working);
        context.Hooks.Over += Look;
    }

    /// <summary>Cancelled once EC2 says that the instance is gone.</summary>
    public CancellationToken Token => _gone.Token;

    public async ValueTask DisposeAsync()
    {
        _context.Hooks.Over -= Look;
        _ended.Cancel();
        await _looking;
        _ended.Dispose();
        _gone.Dispose();
    }

    private void Look() => _looking = LookAsync(_looking);

    private async Task LookAsync(Task before)
    {
        await before;
        try
        {
            var latest = await _context.Batch.Descriptions.LookAgainAsync(_context.Instance.Scope, _context.Instance.Interruptions, _ended.Token);
            if (latest.Instance is null or { Life: InstanceLife.Terminated })
            {
                _gone.Cancel();
            }
        }
        catch (AwsCallException)
        {
            // Nobody knows: the drain goes on, and its deadline ends it.
            return;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The drain ended first.
            return;
        }
    }
}
