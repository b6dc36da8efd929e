using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>The node of a drain, kept current by one GET and one watch of it alone.</summary>
/// <param name="what">What could not be done where it is not answered, as it is told.</param>
internal abstract class SingleNodeWatch(DrainOrder order, PooledRequests requests, DrainProgress progress, string what, TimeProvider time, Random random)
    : WatchLoop<V1Node>(time, random)
{
    protected DrainOrder Order => order;

    protected DrainProgress Progress => progress;

    /// <summary>The node as it is now; null once it is gone.</summary>
    protected abstract void Take(V1Node? node);

    /// <summary>What must be known before a node that was read is taken.</summary>
    protected virtual Task PrepareAsync(V1Node? node, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var node = await requests.GetNodeAsync(order.Target.NodeName, cancellationToken);
        await PrepareAsync(node, cancellationToken);
        progress.Recovered(what);
        Take(node);
        return node?.Metadata.ResourceVersion;
    }

    protected override IAsyncEnumerable<WatchEvent<V1Node>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        requests.WatchNodeAsync(order.Target.NodeName, resourceVersion ?? "", cancellationToken);

    protected override void Began() => progress.Recovered(what);

    protected override void Present(V1Node item) => Take(item);

    protected override void Deleted(V1Node item) => Take(null);

    protected override void Failed(ApiServerException unanswered)
    {
        requests.SentAgain();
        progress.Trouble(what, unanswered.Message);
    }

    protected override void FellSilent() => requests.SentAgain();
}
