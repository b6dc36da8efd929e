using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>The pods of one node, kept current by one list and one watch.</summary>
internal sealed class PodWatch(string nodeName, PooledRequests requests, DrainProgress progress, AsyncSignal changed, TimeProvider time, Random random)
    : WatchLoop<V1Pod>(time, random)
{
    private readonly TimeProvider _time = time;
    private readonly AsyncSignal _wanted = new();
    private Dictionary<string, V1Pod> _pods = new(StringComparer.Ordinal);

    public bool WereListed { get; private set; }

    public IReadOnlyCollection<V1Pod> Pods => _pods.Values;

    /// <summary>Changes are waited for: only now is the watch opened. A node with nothing to evict needs none.</summary>
    public void Want() => _wanted.Set();

    /// <summary>One list by itself, for a drain that waits for no pod.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken) => ContinueFrom(await ListAsync(cancellationToken));

    protected override async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var list = await requests.ListPodsAsync(nodeName, cancellationToken);
        _pods = list.Pods.ToDictionary(pod => pod.FullName.Uid, StringComparer.Ordinal);
        WereListed = true;
        progress.Recovered("list the pods", "watch the pods");
        changed.Set();
        return list.ResourceVersion;
    }

    protected override TimeSpan Limit(TimeSpan pause) => requests.Limit(pause, _time.GetUtcNow());

    protected override Task BeforeWatchAsync(CancellationToken cancellationToken) => _wanted.WaitAsync(cancellationToken);

    protected override IAsyncEnumerable<WatchEvent<V1Pod>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        requests.WatchPodsAsync(nodeName, resourceVersion ?? "", cancellationToken);

    protected override void Began() => progress.Recovered("watch the pods");

    protected override void Present(V1Pod item)
    {
        _pods[item.FullName.Uid] = item;
        changed.Set();
    }

    protected override void Deleted(V1Pod item)
    {
        _pods.Remove(item.FullName.Uid);
        changed.Set();
    }

    protected override void Failed(ApiServerException unanswered)
    {
        requests.SentAgain();
        progress.Trouble(WereListed ? "watch the pods" : "list the pods", unanswered.Message);
    }

    protected override void FellSilent()
    {
        requests.SentAgain();
        progress.Trouble("watch the pods", $"nothing was heard for {Silence.TotalSeconds:0} s; listing anew");
    }
}
