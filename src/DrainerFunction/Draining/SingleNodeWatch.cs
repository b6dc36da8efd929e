using DrainerFunction.ApiServer;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>The node of a drain, kept current by one list and one watch of it alone.</summary>
internal abstract class SingleNodeWatch(DrainContext drain, string what) : DrainWatch<V1Node>(drain, what)
{
    /// <summary>The node as it is now; null once it is gone.</summary>
    protected abstract void Observe(V1Node? node);

    /// <summary>What must be known before a node that was read is taken.</summary>
    protected virtual Task PrepareAsync(V1Node? node, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var (node, version) = await Drain.Requests.ListNodeAsync(Drain.Order.Target.NodeName, cancellationToken);
        await PrepareAsync(node, cancellationToken);
        OnFirstEvent();
        Observe(node);
        return version;
    }

    protected override IAsyncEnumerable<WatchEvent<V1Node>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        Drain.Requests.WatchNodeAsync(Drain.Order.Target.NodeName, resourceVersion ?? "", cancellationToken);

    protected override void OnPresent(V1Node item) => Observe(item);

    protected override void OnDeleted(V1Node item) => Observe(null);
}
