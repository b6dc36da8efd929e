using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// Waits until the volumes of drained pods are off the node, so that the pods that follow them elsewhere can have them
/// at once. A node names its volumes by handle and a pod by claim; without reading every volume the two cannot be
/// matched, but they can be counted: as many may stay as the pods that stay have claims.
/// </summary>
internal sealed class VolumeDetachment(DrainOrder order, PooledRequests requests, DrainProgress ledger, TimeProvider time, Random chance)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>How many volumes of drained pods are attached, as far as is known; null when the node is gone.</summary>
    public int? Attached { get; private set; }

    /// <param name="mayStay">How many claims the pods that stay have.</param>
    /// <param name="cancellationToken">Cancels the wait; its own bound ends it without an exception.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitAsync(int mayStay, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        using var bound = new CancellationTokenSource(RoundedTime.Milliseconds(Left(began)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        void Nearer() => bound.CancelAfter(RoundedTime.Milliseconds(Left(began)));
        order.Deadline.Moved += Nearer;
        try
        {
            await WaitForDetachAsync(mayStay, either.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            ledger.Trouble("wait for volumes", $"{Attached} volumes of drained pods are still attached");
        }
        finally
        {
            order.Deadline.Moved -= Nearer;
        }

        return time.GetUtcNow() - began;
    }

    private TimeSpan Left(DateTimeOffset began)
    {
        var untilDeadline = order.Deadline.Current.At.Before(PodSnapshot.EvictionReserve) - time.GetUtcNow();
        var untilBound = began + Longest - time.GetUtcNow();
        return untilDeadline < untilBound ? untilDeadline : untilBound;
    }

    private async Task WaitForDetachAsync(int mayStay, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var node = await requests.GetNodeAsync(order.Target.NodeName, cancellationToken);
                if (Count(node, mayStay) is null or 0 || await DetachesAsync(node!, mayStay, cancellationToken))
                {
                    return;
                }
            }
            catch (ApiServerException unanswered)
            {
                ledger.Trouble("watch the node's volumes", unanswered.Message);
            }

            requests.SentAgain();
            await Task.Delay(RoundedTime.Milliseconds(Backoff.After(failures, chance)), time, cancellationToken);
        }
    }

    /// <returns>False when the watch ended before the volumes did.</returns>
    private async Task<bool> DetachesAsync(V1Node node, int mayStay, CancellationToken cancellationToken)
    {
        await foreach (var watched in requests.WatchNodeAsync(order.Target.NodeName, node.Metadata.ResourceVersion, cancellationToken))
        {
            if (watched is WatchEvent<V1Node>.Deleted || (watched is WatchEvent<V1Node>.Present(var current, _) && Count(current, mayStay) == 0))
            {
                return true;
            }
        }

        return false;
    }

    private int? Count(V1Node? node, int mayStay) =>
        Attached = node is null ? null : Math.Max(0, (node.Status?.VolumesAttached?.Count ?? 0) - mayStay);
}
