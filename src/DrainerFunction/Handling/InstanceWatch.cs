using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;

namespace DrainerFunction.Handling;

/// <summary>
/// Looks at what EC2 says of an instance while its node is drained. One that is off leaves nothing to drain. A Spot request that is
/// fulfilled shortly before the last resort makes its warning a forged one, and nothing is deleted past a refusal for it.
/// </summary>
internal sealed class InstanceWatch : IAsyncDisposable
{
    // Machines that were shutting down were gone after 15 to 80 seconds.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly InterruptionContext _context;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _off = new();
    private readonly CancellationTokenSource _refuted = new();
    private readonly CancellationTokenSource _ended;
    private readonly Task _watching;
    private readonly Task _verifying;
    private Task _looking = Task.CompletedTask;

    /// <param name="confirmed">The messages that the node is drained for.</param>
    /// <param name="isGoing">The machine is going, and no event may come to say when it has gone: it is looked at every few seconds, otherwise when a hook turns out to be over.</param>
    /// <param name="working">Ends the looks.</param>
    public InstanceWatch(InterruptionContext context, IReadOnlyList<ReceivedInterruption> confirmed, bool isGoing, TimeProvider time, CancellationToken working)
    {
        (_context, _time) = (context, time);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(working);
        context.Hooks.Over += Look;
        _watching = isGoing ? WatchAsync() : Task.CompletedTask;
        var warning = confirmed.FirstOrDefault(received => received.Interruption is Interruption.SpotReclaim && !VerificationRules.AsksSpotRequest(received.Interruption, time.GetUtcNow()));
        _verifying = context.Options.VerifyInterruptions && warning is not null ? VerifyAsync(warning) : Task.CompletedTask;
    }

    /// <summary>Cancelled once EC2 says that the instance is off.</summary>
    public CancellationToken Off => _off.Token;

    /// <summary>Cancelled once EC2 says that it does not take the Spot instance.</summary>
    public CancellationToken Refuted => _refuted.Token;

    public async ValueTask DisposeAsync()
    {
        _context.Hooks.Over -= Look;
        _ended.Cancel();
        await _watching;
        await _looking;
        await _verifying;
        _ended.Dispose();
        _off.Dispose();
        _refuted.Dispose();
    }

    private void Look() => _looking = LookAsync(_looking);

    private Task WatchAsync() => UntilEndedAsync(async () =>
    {
        while (!_off.IsCancellationRequested)
        {
            await Task.Delay(Interval, _time, _ended.Token);
            Look();
            await _looking;
        }
    });

    private async Task LookAsync(Task before)
    {
        await before;
        await UntilEndedAsync(async () =>
        {
            if ((await DescribeAsync()).Instance is null or { IsOff: true })
            {
                _off.Cancel();
            }
        });
    }

    private Task VerifyAsync(ReceivedInterruption warning) => UntilEndedAsync(async () =>
    {
        var wait = warning.Interruption.At + VerificationRules.SpotRequestCountsAfter - _time.GetUtcNow();
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time, _ended.Token);
        if (VerificationRules.Of(warning.Interruption, await DescribeAsync(), warning.FirstSeen, _time.GetUtcNow(), warning.WasConfirmed) is not Verification.Confirmed)
        {
            _refuted.Cancel();
        }
    });

    private Task<InstanceDescription> DescribeAsync() => _context.Batch.Descriptions.LookAgainAsync(_context.Instance.Scope, _context.Instance.Interruptions, _ended.Token);

    private async Task UntilEndedAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (AwsCallException)
        {
            // A call that fails says nothing: the drain goes on, and its bound ends it.
            return;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The drain ended first.
            return;
        }
    }
}
