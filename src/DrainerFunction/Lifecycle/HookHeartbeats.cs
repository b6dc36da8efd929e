// Over 150 lines: every question about the hooks of one instance, over one table of them.
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Lifecycle;

/// <summary>The hooks that wait for one instance and are the function's: kept alive while it works, then answered together.</summary>
internal sealed class HookHeartbeats(
    AwsScope scope, IAwsClients aws, LifecycleHookCache hooks, DrainerOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestHandedOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly HookCompletion _completion = new(scope, aws, hooks, time, loggers.CreateLogger<HookCompletion>());
    private readonly Dictionary<LifecycleHookName, (Heartbeat Heartbeat, HookTimes? Times)> _waiting = [];

    private readonly List<Task> _starting = [];
    private readonly List<Task> _checking = [];

    /// <summary>Raised when one of the waits turns out to be over before it was answered.</summary>
    public event Action? Over;

    public IReadOnlyCollection<LifecycleHookName> Names => _waiting.Keys;

    public IReadOnlyList<DateTimeOffset> HeartbeatTimes => [.. _waiting.Values.SelectMany(waiting => waiting.Heartbeat.Times).Order()];

    public int Heartbeats => _waiting.Values.Sum(waiting => waiting.Heartbeat.Count);

    /// <summary>One of them could run out between a hand-over and the next invocation.</summary>
    public bool AreShort => HeartbeatTimeout < ShortestHandedOver;

    /// <summary>All of them have ended, by whatever ended them.</summary>
    public bool AreOver => _waiting.Values.All(waiting => waiting.Heartbeat.IsOver);

    /// <summary>The shortest HeartbeatTimeout, where known: no hand-over may take longer than a third of it.</summary>
    public TimeSpan? HeartbeatTimeout => _waiting.Values.Min(waiting => waiting.Times?.HeartbeatTimeout);

    /// <summary>When the first of them runs out, unless another beat is accepted; null where unknown.</summary>
    public DateTimeOffset? RunsOutAt => _waiting.Values.Where(waiting => !waiting.Heartbeat.IsOver).Min(waiting => waiting.Heartbeat.RunsOutAt);

    /// <summary>How long Auto Scaling lets the hook wait at most, heartbeats included; null where unknown.</summary>
    public TimeSpan? GlobalLimitOf(LifecycleHookName hook) => _waiting.GetValueOrDefault(hook).Times?.GlobalTimeout;

    /// <summary>How long the hook waits without a heartbeat; null where unknown.</summary>
    public TimeSpan? TimeoutOf(LifecycleHookName hook) => _waiting.GetValueOrDefault(hook).Times?.HeartbeatTimeout;

    /// <summary>The hook's times, for the next invocation to know; null where unknown, or where the wait is over.</summary>
    public HookTimes? TimesOf(LifecycleHookName hook) => _waiting.GetValueOrDefault(hook) is { Heartbeat.IsOver: false, Times: var times } ? times : null;

    /// <summary>When its timeout last began to run, for the next invocation to know; null where it is not kept, or unknown.</summary>
    public DateTimeOffset? ExtendedAt(LifecycleHookName hook) => _waiting.GetValueOrDefault(hook).Heartbeat?.ExtendedAt;

    /// <summary>Those that wait for another message than this one, for the next invocation to keep as well.</summary>
    public IReadOnlyList<RememberedHook> OthersThan(LifecycleAction? own) =>
    [
        .. from waiting in _waiting
           where !waiting.Value.Heartbeat.IsOver && waiting.Key != own?.Hook
           select new RememberedHook(waiting.Key.Group, waiting.Key.Hook) { BeatAt = waiting.Value.Heartbeat.ExtendedAt, Times = waiting.Value.Times?.ToString() },
    ];

    /// <summary>The longest of those limits; null where none is known.</summary>
    public TimeSpan? LongestLimit => _waiting.Values.Max(waiting => waiting.Times?.GlobalTimeout);

    /// <summary>Starts to heartbeat a hook; once, however often it is asked. Nothing waits for the hook's times but the beat itself.</summary>
    /// <param name="extendedAt">When its timeout began to run, or was last extended; null where that is not known.</param>
    /// <param name="keepUntil">It is not extended beyond this; null: for as long as it is worked on.</param>
    /// <param name="cancellationToken">Cancelled when there is no more time to learn its times.</param>
    public void Keep(LifecycleActionRef hooked, DateTimeOffset? beganAt, DateTimeOffset? extendedAt, DateTimeOffset? keepUntil, CancellationToken cancellationToken) =>
        _starting.Add(KeepAsync(hooked, beganAt, extendedAt, keepUntil, cancellationToken));

    /// <summary>The same for a hook that the annotation of the node names: one that its group does not have is neither kept nor answered.</summary>
    /// <param name="mayHaveEnded">The machine is going, most often because the hook was answered: kept only while Auto Scaling says that the instance waits.</param>
    /// <param name="cancellationToken">Cancelled when there is no more time to learn its times.</param>
    public void KeepRemembered(LifecycleActionRef hooked, bool mayHaveEnded, CancellationToken cancellationToken)
    {
        if (!aws.In(scope).AutoScaling.IsReadOnly && !_waiting.ContainsKey(hooked.Hook))
        {
            _checking.Add(CheckAsync(hooked, mayHaveEnded, cancellationToken));
        }
    }

    /// <summary>Waits until it is known which of those are kept.</summary>
    public Task WaitUntilCheckedAsync() => Task.WhenAll(_checking);

    /// <summary>Waits until the times of the hooks are known, or a moment.</summary>
    public Task WaitUntilKnownAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(Task.WhenAll(_starting), Task.Delay(LongestWait, time, cancellationToken));

    private async Task KeepAsync(LifecycleActionRef hooked, DateTimeOffset? beganAt, DateTimeOffset? extendedAt, DateTimeOffset? keepUntil, CancellationToken cancellationToken)
    {
        if (aws.In(scope).AutoScaling.IsReadOnly || _waiting.ContainsKey(hooked.Hook))
        {
            return;
        }

        // Taken before the first await, so that two calls at once start one. It may beat before its times are known: to learn
        // them may take longer than the hook has left.
        var pressure = hooks.PressureIn(scope);
        var heartbeat = new Heartbeat(aws.In(scope).AutoScaling, hooked, hooks.Refusals, pressure, time, loggers.CreateLogger<Heartbeat>())
        {
            ExtendedAt = extendedAt,
            BeganAt = beganAt,
            KeepUntil = keepUntil ?? DateTimeOffset.MaxValue,
            LongestInterval = options.HeartbeatInterval,
        };
        heartbeat.Over += () => Over?.Invoke();
        _waiting[hooked.Hook] = (heartbeat, null);
        pressure.Kept++;
        heartbeat.Start();
        if (await hooks.FindAsync(scope, hooked.AutoScalingGroupName, hooked.HookName, cancellationToken) is { } times)
        {
            _waiting[hooked.Hook] = (heartbeat, times);
            heartbeat.Timeout = times.HeartbeatTimeout;
        }
    }

    private async Task CheckAsync(LifecycleActionRef hooked, bool mayHaveEnded, CancellationToken cancellationToken)
    {
        // While calls are short, each is wanted by a hook that waits for certain; the sweep looks at one that may have ended.
        if (!(mayHaveEnded && hooks.PressureIn(scope).IsThrottled) && await MayWaitAsync(hooked, mayHaveEnded, cancellationToken))
        {
            Keep(hooked, beganAt: null, extendedAt: null, keepUntil: null, cancellationToken);
        }
    }

    // What cannot be asked in a moment is given the benefit of the doubt: the hook lives by the second.
    private async Task<bool> MayWaitAsync(LifecycleActionRef hooked, bool mayHaveEnded, CancellationToken cancellationToken)
    {
        try
        {
            return (!mayHaveEnded || await hooks.States.MayWaitAsync(scope, hooked.InstanceId, cancellationToken))
                && (await hooks.OfGroupAsync(scope, hooked.AutoScalingGroupName, cancellationToken).WaitAsync(LongestWait, time, cancellationToken)).Any(hook => hook.HookName == hooked.HookName);
        }
        catch (Exception unanswered) when (unanswered is AwsCallException or TimeoutException || (unanswered is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return true;
        }
    }

    /// <summary>Beats once more for those that would not live until their message is received again.</summary>
    public async Task LastBeatAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        await Task.WhenAll(_waiting.Values.Select(waiting => waiting.Heartbeat.LastBeatAsync(delay, AreShort, cancellationToken)));

    /// <summary>Answers these hooks; the others are kept waiting. Refusals of a moment are tried again until the token says stop.</summary>
    /// <exception cref="AwsCallException">One could not be answered.</exception>
    public async Task ReplyAsync(IEnumerable<LifecycleHookName> names, LifecycleResult result, CancellationToken cancellationToken)
    {
        var answered = names.Select(name => _waiting[name].Heartbeat).ToList();
        await Task.WhenAll(answered.Select(heartbeat => heartbeat.StopAsync()));
        await Task.WhenAll(answered.Select(heartbeat => _completion.CompleteAsync(heartbeat, result, cancellationToken)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (heartbeat, _) in _waiting.Values)
        {
            await heartbeat.DisposeAsync();
            hooks.PressureIn(scope).Kept--;
        }
    }
}
