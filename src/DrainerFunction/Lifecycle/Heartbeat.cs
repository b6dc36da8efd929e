using DrainerFunction.Aws;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Lifecycle;

/// <summary>Keeps one lifecycle action waiting while its node is worked on, from the first second to the reply.</summary>
internal sealed partial class Heartbeat(
    IAutoScaling autoScaling, LifecycleActionRef hooked, TimeProvider time, ILogger<Heartbeat> logger) : IAsyncDisposable
{
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AgainAfterDenial = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<DateTimeOffset> _times = [];
    private Task _beating = Task.CompletedTask;
    private TimeSpan _afterFailure;
    private string? _told;

    public LifecycleActionRef Hooked => hooked;

    /// <summary>Between two beats; a new one holds from the next beat on.</summary>
    public required TimeSpan Interval { get; set; }

    /// <summary>Auto Scaling knows of no such wait any more: it was ended, timed out, or never was.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Raised once, when the wait turns out to be over.</summary>
    public event Action? Over;

    /// <summary>When Auto Scaling accepted a beat.</summary>
    public IReadOnlyList<DateTimeOffset> Times => _times;

    public int Count => _times.Count;

    public void Start() => _beating = BeatAsync();

    /// <summary>One more beat, right before the work is handed over.</summary>
    public async Task LastBeatAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        if (!IsOver)
        {
            await TryBeatAsync(cancellationToken);
        }
    }

    /// <summary>Ends the beating and waits until no beat is under way, so that none can follow the reply.</summary>
    public async Task StopAsync()
    {
        _stop.Cancel();
        await _beating;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (!IsOver)
            {
                var beaten = await TryBeatAsync(_stop.Token);
                await Task.Delay(beaten ? Interval : Shorter(_afterFailure, Interval), time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped, as asked: the one way in which a heartbeat ends.
            return;
        }
    }

    private async Task<bool> TryBeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await autoScaling.RecordLifecycleActionHeartbeatAsync(hooked, cancellationToken))
            {
                _times.Add(time.GetUtcNow());
                _told = null;
                LogBeat(hooked.HookName, hooked.InstanceId);
            }
            else
            {
                End();
            }

            return true;
        }
        catch (AwsCallException refused) when (refused.IsUnknownHook(hooked))
        {
            // The hook or its group was deleted: to ask again would not help.
            LogRefused(hooked.HookName, hooked.InstanceId, refused.Message);
            End();
            return true;
        }
        catch (AwsCallException refused)
        {
            // What a retry within seconds cannot change is asked again once a minute, and said once.
            _afterFailure = refused.Refusal is AwsRefusal.Throttled or AwsRefusal.Unreachable ? AgainAfterFailure : AgainAfterDenial;
            if (_told != refused.Code)
            {
                _told = refused.Code;
                LogMissed(hooked.HookName, hooked.InstanceId, refused.Message, _afterFailure);
            }

            return false;
        }
    }

    private void End()
    {
        IsOver = true;
        LogOver(hooked.HookName, hooked.AutoScalingGroupName, hooked.InstanceId);
        Over?.Invoke();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventId = 601, Level = LogLevel.Debug, Message = "Sent a heartbeat for lifecycle hook {Hook} of {InstanceId}")]
    private partial void LogBeat(string hook, string instanceId);

    [LoggerMessage(EventId = 602, Level = LogLevel.Information, Message = "Lifecycle hook {Hook} of {Group} no longer waits for {InstanceId}: it was completed elsewhere or has timed out")]
    private partial void LogOver(string hook, string group, string instanceId);

    [LoggerMessage(EventId = 603, Level = LogLevel.Warning, Message = "Lifecycle hook {Hook} of {InstanceId} no longer accepts heartbeats: {Why}")]
    private partial void LogRefused(string hook, string instanceId, string why);

    [LoggerMessage(EventId = 604, Level = LogLevel.Warning, Message = "Could not send a heartbeat for lifecycle hook {Hook} of {InstanceId}: {Why}. Retrying in {Delay}")]
    private partial void LogMissed(string hook, string instanceId, string why, TimeSpan delay);
}
