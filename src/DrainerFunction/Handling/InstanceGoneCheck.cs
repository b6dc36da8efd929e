using DrainerFunction.Aws;
using DrainerFunction.Lifecycle;

namespace DrainerFunction.Handling;

/// <summary>When a hook turns out to be over, looks whether the instance still is there: if it is not, the drain has nothing left to do.</summary>
internal sealed class InstanceGoneCheck : IAsyncDisposable
{
    private readonly InterruptionContext _story;
    private readonly HookHeartbeats _waiting;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _ended;
    private Task _looking = Task.CompletedTask;

    public InstanceGoneCheck(InterruptionContext story, HookHeartbeats waiting, CancellationToken working)
    {
        (_story, _waiting) = (story, waiting);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(working);
        waiting.Over += Look;
    }

    /// <summary>Cancelled once EC2 says that the instance is gone.</summary>
    public CancellationToken Token => _gone.Token;

    public async ValueTask DisposeAsync()
    {
        _waiting.Over -= Look;
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
            var latest = await _story.Batch.Descriptions.LookAgainAsync(_story.Interrupted.Scope, _story.Interrupted.Interruptions, _ended.Token);
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
