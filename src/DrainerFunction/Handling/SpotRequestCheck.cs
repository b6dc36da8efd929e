using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;

namespace DrainerFunction.Handling;

/// <summary>
/// Asks for the Spot request of a reclaimed instance once more while its drain goes on, shortly before the last resort: a warning may be
/// forged, and nothing is deleted past a refusal for a request that is fulfilled.
/// </summary>
internal sealed class SpotRequestCheck : IAsyncDisposable
{
    private readonly CancellationTokenSource _refuted = new();
    private readonly CancellationTokenSource _ended;
    private readonly Task _looking;

    public SpotRequestCheck(InterruptionContext context, IReadOnlyList<ReceivedInterruption> confirmed, bool verifies, TimeProvider time, CancellationToken working)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(working);
        var warnings = confirmed.Where(received => received.Interruption is Interruption.SpotReclaim && !VerificationRules.AsksSpotRequest(received.Interruption, time.GetUtcNow())).ToList();
        _looking = verifies && warnings is [var first, ..] ? LookAsync(context, first, time) : Task.CompletedTask;
    }

    /// <summary>Cancelled once EC2 says that it does not take the instance.</summary>
    public CancellationToken Token => _refuted.Token;

    public async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        await _looking;
        _ended.Dispose();
        _refuted.Dispose();
    }

    private async Task LookAsync(InterruptionContext context, ReceivedInterruption warning, TimeProvider time)
    {
        try
        {
            var wait = warning.Interruption.At + VerificationRules.SpotRequestCountsAfter - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, _ended.Token);
            var latest = await context.Batch.Descriptions.LookAgainAsync(context.Instance.Scope, context.Instance.Interruptions, _ended.Token);
            if (VerificationRules.Of(warning.Interruption, latest, warning.FirstSeen, time.GetUtcNow(), warning.WasConfirmed) is not Verification.Confirmed)
            {
                _refuted.Cancel();
            }
        }
        catch (AwsCallException)
        {
            // A call that fails refutes nothing, and the message is young.
            return;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The drain ended first.
            return;
        }
    }
}
