using DrainerFunction.ApiServer;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>The pods of one node, kept current by one list and one watch.</summary>
/// <param name="requestStates">Told whose grace has become shorter.</param>
internal sealed class PodWatch(DrainContext drain, PodRequestStates requestStates) : DrainWatch<V1Pod>(drain, "watch the pods")
{
    private readonly AsyncSignal _isNeeded = new();
    private Dictionary<string, V1Pod> _pods = new(StringComparer.Ordinal);

    public bool WereListed { get; private set; }

    public IReadOnlyCollection<V1Pod> Pods => _pods.Values;

    /// <summary>Changes are waited for: only now is the watch opened. A node with nothing to evict needs none.</summary>
    public void OpenWatch() => _isNeeded.Set();

    /// <summary>One list by itself, for a drain that waits for no pod.</summary>
    public async Task ListOnceAsync(CancellationToken cancellationToken) => WatchFrom(await ListAsync(cancellationToken));

    protected override async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var list = await Drain.Requests.ListPodsAsync(Drain.Order.Target.NodeName, cancellationToken);
        _pods = list.Pods.ToDictionary(pod => pod.FullName.Uid, StringComparer.Ordinal);
        WereListed = true;
        Drain.Progress.Recovered("list the pods", "watch the pods");
        Drain.Changed.Set();
        return list.ResourceVersion;
    }

    protected override Task WaitUntilNeededAsync(CancellationToken cancellationToken) => _isNeeded.WaitAsync(cancellationToken);

    protected override IAsyncEnumerable<WatchEvent<V1Pod>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken) =>
        Drain.Requests.WatchPodsAsync(Drain.Order.Target.NodeName, resourceVersion ?? "", cancellationToken);

    protected override void OnPresent(V1Pod item)
    {
        var uid = item.FullName.Uid;
        if (_pods.TryGetValue(uid, out var before) && item.Metadata.DeletionGracePeriodSeconds < before.Metadata.DeletionGracePeriodSeconds)
        {
            requestStates[uid] = requestStates[uid] with { ShortenedAt = Drain.Now };
        }

        _pods[uid] = item;
        Drain.Changed.Set();
    }

    protected override void OnDeleted(V1Pod item)
    {
        _pods.Remove(item.FullName.Uid);
        Drain.Changed.Set();
    }

    protected override void OnFailure(ApiServerException unanswered)
    {
        Drain.Requests.SentAgain();
        Drain.Progress.Trouble(WereListed ? "watch the pods" : "list the pods", unanswered.Message);
    }

    protected override void OnSilence()
    {
        base.OnSilence();
        Drain.Progress.Trouble("watch the pods", $"nothing was heard for {Silence.TotalSeconds:0} s; listing anew");
    }
}
