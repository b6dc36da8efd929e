using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>
/// One watch of a cluster's nodes for all instances of a batch that are waited for: it begins with the first of them, ends
/// with the last, and keeps the nodes of no others.
/// </summary>
internal sealed class ClusterNodesWatch(IApiServer apiServer, IReadOnlySet<string> instanceIds, TimeProvider time, Random random) : WatchLoop<V1Node>(time, random)
{
    private readonly Dictionary<string, V1Node> _here = new(StringComparer.Ordinal);
    private readonly List<AsyncSignal> _waiting = [];
    private Action? _stop;
    private bool _isEnding;
    private Task _watching = Task.CompletedTask;

    /// <summary>Where the function may not watch, each look at its turn has to do.</summary>
    protected override bool EndsWhenForbidden => true;

    /// <returns>The instance's node, once it is there as it is wanted.</returns>
    public async Task<V1Node> WaitAsync(string instanceId, Func<V1Node, bool> isWanted, CancellationToken cancellationToken)
    {
        var changed = new AsyncSignal();
        _waiting.Add(changed);
        _watching = _watching.IsCompleted || _isEnding ? WatchUntilStoppedAsync(former: _watching) : _watching;
        try
        {
            while (true)
            {
                changed.Reset();
                if (_here.TryGetValue(instanceId, out var node) && isWanted(node))
                {
                    return node;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _waiting.Remove(changed);
            if (_waiting.Count == 0 && !_watching.IsCompleted)
            {
                _isEnding = true;
                _stop!();
                await _watching;
            }
        }
    }

    protected override IAsyncEnumerable<WatchEvent<V1Node>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) => apiServer.WatchNodesAsync(cancellationToken);

    // A watch begins with all there are; what was deleted in between is not among them.
    protected override void OnFirstEvent() => _here.Clear();

    protected override void OnPresent(V1Node item)
    {
        if (item.InstanceId is { } instanceId && instanceIds.Contains(instanceId))
        {
            _here[instanceId] = item;
            _waiting.ForEach(changed => changed.Set());
        }
    }

    protected override void OnDeleted(V1Node item) => _here.Remove(item.InstanceId ?? "");

    // One that begins while the former ends is not ended with it, and waits for its end: they share a table.
    private async Task WatchUntilStoppedAsync(Task former)
    {
        using var stop = new CancellationTokenSource();
        (_stop, _isEnding) = (stop.Cancel, false);
        await former;
        _here.Clear();
        try
        {
            await RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last that waited has gone.
            return;
        }
    }
}
