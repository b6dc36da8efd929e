using System.Diagnostics;
using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// The pods of one node, kept current by one list and one watch: taken up where it ended, listed anew when the server
/// has forgotten that place or the watch has fallen silent.
/// </summary>
internal sealed class PodWatch(string nodeName, PooledRequests requests, DrainProgress ledger, AsyncSignal changed, TimeProvider time, Random chance)
{
    // A bookmark comes every minute: a watch that is silent for longer has lost its server.
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    /// <summary>A stream that ends sooner after it was opened counts as a failure.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(1);

    private readonly AsyncSignal _wanted = new();
    private Dictionary<string, V1Pod> _pods = new(StringComparer.Ordinal);
    private string? _resourceVersion;

    public bool WereListed { get; private set; }

    public IReadOnlyCollection<V1Pod> Pods => _pods.Values;

    /// <summary>Somebody waits for changes: only now is the watch opened. A node with nothing to evict needs none.</summary>
    public void Want() => _wanted.Set();

    public async Task ListAsync(CancellationToken cancellationToken)
    {
        var list = await requests.ListPodsAsync(nodeName, cancellationToken);
        _pods = list.Pods.ToDictionary(pod => pod.FullName.Uid, StringComparer.Ordinal);
        _resourceVersion = list.ResourceVersion;
        WereListed = true;
        ledger.Recovered("list the pods", "watch the pods");
        changed.Set();
    }

    /// <summary>Ends only by cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var began = time.GetUtcNow();
            TimeSpan? pause = null;
            try
            {
                if (_resourceVersion is null)
                {
                    await ListAsync(cancellationToken);
                }

                await _wanted.WaitAsync(cancellationToken);
                began = time.GetUtcNow();
                await FollowAsync(_resourceVersion!, cancellationToken);
            }
            catch (ApiServerException unanswered)
            {
                requests.SentAgain();
                ledger.Trouble(WereListed ? "watch the pods" : "list the pods", unanswered.Message);
                pause = unanswered.RetryAfter is { } asked ? RequestPool.Limit(asked) : Backoff.After(failures + 1, chance);
                if (unanswered.InnerException is JsonException)
                {
                    // A change that cannot be read would be told again and again.
                    _resourceVersion = null;
                }
            }

            // A stream that ends as soon as it is opened is a failure too, only a polite one.
            failures = pause is not null || time.GetUtcNow() - began < Brief ? failures + 1 : 0;
            await Task.Delay(RoundedTime.Milliseconds(pause ?? (failures > 1 ? Backoff.After(failures - 1, chance) : TimeSpan.Zero)), time, cancellationToken);
        }
    }

    private async Task FollowAsync(string resourceVersion, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            await foreach (var watched in requests.WatchPodsAsync(nodeName, resourceVersion, either.Token))
            {
                silence.CancelAfter(Silence);
                ledger.Recovered("watch the pods");
                Take(watched);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            requests.SentAgain();
            ledger.Trouble("watch the pods", $"nothing was heard for {Silence.TotalSeconds:0} s; listing anew");
            _resourceVersion = null;
        }
    }

    private void Take(WatchEvent<V1Pod> watched)
    {
        switch (watched)
        {
            case WatchEvent<V1Pod>.Present(var pod, var version):
                _pods[pod.FullName.Uid] = pod;
                _resourceVersion = version;
                changed.Set();
                break;
            case WatchEvent<V1Pod>.Deleted(var pod, var version):
                _pods.Remove(pod.FullName.Uid);
                _resourceVersion = version;
                changed.Set();
                break;
            case WatchEvent<V1Pod>.Bookmark(var version):
                _resourceVersion = version;
                break;
            case WatchEvent<V1Pod>.Expired:
                _resourceVersion = null;
                break;
            default:
                throw new UnreachableException($"No way to take {watched}.");
        }
    }
}
