// Over 150 lines: one loop with what its kinds override.
using System.Diagnostics;
using System.Text.Json;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.ApiServer;

/// <summary>
/// Keeps objects current by one list and one watch: taken up where it ended, listed anew when the server has forgotten that
/// place (410), when the watch has fallen silent, tells of what cannot be read or fails more than once, with a growing pause while it fails.
/// </summary>
internal abstract class WatchLoop<T>(TimeProvider time, Random random)
{
    // A bookmark comes every minute: a watch that is silent for longer has lost its server.
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    /// <summary>A stream that ends sooner after it was opened counts as a failure.</summary>
    private static readonly TimeSpan ShortestStream = TimeSpan.FromSeconds(1);

    private string? _resourceVersion;

    /// <summary>Whether there is nothing more to wait for: then the loop ends.</summary>
    protected virtual bool IsOver => false;

    /// <summary>Ends when it is over, when the server forbids it, or by cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var began = time.GetUtcNow();
            TimeSpan? pause = null;
            try
            {
                _resourceVersion ??= await ListAsync(cancellationToken);
                if (IsOver)
                {
                    return;
                }

                await WaitUntilNeededAsync(cancellationToken);
                began = time.GetUtcNow();
                await FollowAsync(_resourceVersion, cancellationToken);
                if (IsOver)
                {
                    return;
                }
            }
            catch (ApiServerException unanswered)
            {
                OnFailure(unanswered);
                if (unanswered.Refusal is ApiServerRefusal.Forbidden && EndsWhenForbidden)
                {
                    return;
                }

                pause = RequestPool.PauseAfter(unanswered, failures + 1, random);
                // A change that cannot be read would be told again and again.
                _resourceVersion = unanswered.InnerException is JsonException ? null : _resourceVersion;
            }

            // A stream that ends as soon as it is opened is a failure too, only a polite one.
            failures = pause is not null || time.GetUtcNow() - began < ShortestStream ? failures + 1 : 0;
            // What is there is known by a list, where the watch does not tell.
            _resourceVersion = failures > 1 ? null : _resourceVersion;
            await Task.Delay(RoundedTime.Milliseconds(LimitPause(pause ?? (failures > 1 ? Backoff.After(failures - 1, random) : TimeSpan.Zero))), time, cancellationToken);
        }
    }

    protected virtual bool EndsWhenForbidden => false;

    /// <summary>What is left of a pause where something has to be done before its end.</summary>
    protected virtual TimeSpan LimitPause(TimeSpan pause) => pause;

    /// <summary>Reads what there is.</summary>
    /// <returns>The version from which to watch; null where the watch itself begins with all there is.</returns>
    protected virtual Task<string?> ListAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Holds the watch back until it is needed.</summary>
    protected virtual Task WaitUntilNeededAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract IAsyncEnumerable<WatchEvent<T>> WatchAsync(string? resourceVersion, CancellationToken cancellationToken);

    /// <summary>The first event of a stream has come.</summary>
    protected abstract void OnFirstEvent();

    protected abstract void OnPresent(T item);

    protected abstract void OnDeleted(T item);

    protected virtual void OnFailure(ApiServerException unanswered) { }

    protected virtual void OnSilence() { }

    /// <summary>The next round lists anew, unless a list has given this version.</summary>
    protected void WatchFrom(string? resourceVersion) => _resourceVersion = resourceVersion;

    private async Task FollowAsync(string? resourceVersion, CancellationToken cancellationToken)
    {
        // No limit of the whole, as WithinAsync sets one: each event begins it anew.
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var isFirst = true;
        try
        {
            await foreach (var watched in WatchAsync(resourceVersion, either.Token))
            {
                silence.CancelAfter(Silence);
                if (isFirst)
                {
                    isFirst = false;
                    OnFirstEvent();
                }

                Apply(watched);
                if (IsOver)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            OnSilence();
            _resourceVersion = null;
        }
    }

    private void Apply(WatchEvent<T> watched)
    {
        switch (watched)
        {
            case WatchEvent<T>.Present(var item, var version):
                OnPresent(item);
                Remember(version);
                break;
            case WatchEvent<T>.Deleted(var item, var version):
                OnDeleted(item);
                Remember(version);
                break;
            case WatchEvent<T>.Bookmark(var version):
                Remember(version);
                break;
            case WatchEvent<T>.Expired:
                _resourceVersion = null;
                break;
            default:
                throw new UnreachableException($"No way to take {watched}.");
        }
    }

    // Where the watch itself begins with all there is, each begins there anew.
    private void Remember(string version) => _resourceVersion = _resourceVersion is null ? null : version;
}
