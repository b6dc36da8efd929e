// Over 150 lines: one clock of one hook; its parts share its state.
using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Lifecycle;

/// <summary>Keeps one lifecycle action waiting while its node is worked on, from the first second to the reply.</summary>
internal sealed partial class Heartbeat(
    IAutoScaling autoScaling, LifecycleActionRef hooked, RecentRefusals refusals, HookPressure pressure, TimeProvider time, ILogger<Heartbeat> logger) : IAsyncDisposable
{
    private static readonly TimeSpan LongestLearning = TimeSpan.FromSeconds(2);

    private readonly HeartbeatPace _pace = new(hooked.InstanceId, pressure);
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _learned = new();
    private readonly List<DateTimeOffset> _times = [];
    private Task _beating = Task.CompletedTask;
    private TimeSpan _afterFailure;
    private DateTimeOffset _notBefore;
    private int _refused;

    public LifecycleActionRef Hooked => hooked;

    /// <summary>When the hook's timeout last began to run: with its event, or with the last beat that was accepted. Null: not known.</summary>
    public required DateTimeOffset? ExtendedAt { get; set; }

    /// <summary>When the wait began; null: not known, or extended since.</summary>
    public DateTimeOffset? BeganAt { get; init; }

    /// <summary>When the wait ends, unless another beat is accepted; null while that is not known.</summary>
    public DateTimeOffset? RunsOutAt => Timeout is { } timeout ? ExtendedAt?.After(timeout) : null;

    /// <summary>A hook that would end only after this is not extended: a launch is given no more time than it may have.</summary>
    public DateTimeOffset KeepUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The operator's bound on what lies between two beats; null where there is none.</summary>
    public TimeSpan? LongestInterval { get; init; }

    /// <summary>The hook's own HeartbeatTimeout; null while it is not known.</summary>
    public TimeSpan? Timeout
    {
        get;
        set
        {
            field = value;
            _learned.Set();
        }
    }

    /// <summary>Auto Scaling knows of no such wait any more: it was ended, timed out, or never was.</summary>
    public bool IsOver { get; set; }

    /// <summary>Raised once, when the wait turns out to be over.</summary>
    public event Action? Over;

    /// <summary>When Auto Scaling accepted a beat.</summary>
    public IReadOnlyList<DateTimeOffset> Times => _times;

    public int Count => _times.Count;

    /// <summary>How long a call for it may rest after it was throttled; null where the time that is left is not known.</summary>
    public TimeSpan? Patience => HookPressure.PauseOf(RunsOutAt - time.GetUtcNow(), Timeout);

    public void Start() => _beating = BeatAsync();

    /// <summary>One more beat before the work is handed over, if the next one would be due before it is taken up again.</summary>
    /// <param name="delay">How long the message will rest.</param>
    /// <param name="mustLast">However lately it was extended: it is so short that a slow start could cost it.</param>
    /// <param name="cancellationToken">Cancelled when no more can be waited for.</param>
    public async Task LastBeatAsync(TimeSpan delay, bool mustLast, CancellationToken cancellationToken)
    {
        await StopAsync();
        if (!IsOver && IsWanted && time.GetUtcNow() >= _notBefore && (mustLast || Timeout is null || Due <= time.GetUtcNow() + delay))
        {
            await TryBeatAsync(cancellationToken);
        }
    }

    /// <summary>Ends the beating and waits until no beat is under way, so that none can follow the reply.</summary>
    public async Task StopAsync()
    {
        _stop.Cancel();
        await _beating;
        pressure.Leave(this);
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
            // It does not beat for nothing while the hook's times are on their way, nor wait for them for long.
            if (Timeout is null && ExtendedAt is not null)
            {
                await time.WithinAsync(LongestLearning, _learned.WaitAsync, _stop.Token);
            }

            while (!IsOver)
            {
                _learned.Reset();
                if (!IsWanted)
                {
                    await _learned.WaitAsync(_stop.Token);
                }
                else if (Due - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                {
                    await time.WithinAsync(wait, _learned.WaitAsync, _stop.Token);
                }
                else if (!pressure.IsTurnOf(this))
                {
                    await Task.Delay(HookPressure.Turn, time, _stop.Token);
                }
                else if (!await TryBeatAsync(_stop.Token))
                {
                    await Task.Delay(_afterFailure, time, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped, as asked: the one way in which a heartbeat ends.
            return;
        }
    }

    private DateTimeOffset Due => ExtendedAt?.After(_pace.Interval(Timeout, isFirst: ExtendedAt == BeganAt, _refused, LongestInterval)) ?? DateTimeOffset.MinValue;

    private bool IsWanted => (ExtendedAt ?? time.GetUtcNow()).After(Timeout ?? TimeSpan.Zero) < KeepUntil;

    private async Task<bool> TryBeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await autoScaling.RecordLifecycleActionHeartbeatAsync(hooked, cancellationToken))
            {
                ExtendedAt = time.GetUtcNow();
                _times.Add(ExtendedAt.Value);
                _refused = 0;
                pressure.Leave(this);
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
            pressure.Note(refused.Refusal);
            if (refused.Refusal is not AwsRefusal.Throttled)
            {
                pressure.Leave(this);
            }

            _afterFailure = _pace.PauseAfter(refused.Refusal, ++_refused, RunsOutAt - time.GetUtcNow(), Timeout);
            _notBefore = time.GetUtcNow() + _afterFailure;
            if (refusals.IsNew($"{hooked.HookName} of {hooked.InstanceId}", $"{refused.Operation} {refused.Code}"))
            {
                LogMissed(hooked.HookName, hooked.InstanceId, refused.Message, _afterFailure);
            }

            return false;
        }
    }

    private void End()
    {
        IsOver = true;
        pressure.Leave(this);
        LogOver(hooked.HookName, hooked.AutoScalingGroupName, hooked.InstanceId);
        Over?.Invoke();
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Debug, Message = "Sent a heartbeat for lifecycle hook {Hook} of {InstanceId}")]
    private partial void LogBeat(string hook, string instanceId);

    [LoggerMessage(EventId = 602, Level = LogLevel.Information, Message = "Lifecycle hook {Hook} of {Group} no longer waits for {InstanceId}: it was completed elsewhere or has timed out")]
    private partial void LogOver(string hook, string group, string instanceId);

    [LoggerMessage(EventId = 603, Level = LogLevel.Warning, Message = "Lifecycle hook {Hook} of {InstanceId} no longer accepts heartbeats: {Why}")]
    private partial void LogRefused(string hook, string instanceId, string why);

    [LoggerMessage(EventId = 604, Level = LogLevel.Warning, Message = "Could not send a heartbeat for lifecycle hook {Hook} of {InstanceId}: {Why}. Retrying in {Delay}")]
    private partial void LogMissed(string hook, string instanceId, string why, TimeSpan delay);
}
