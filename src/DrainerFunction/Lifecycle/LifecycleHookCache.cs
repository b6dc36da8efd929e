using System.Runtime.InteropServices;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Lifecycle;

/// <summary>The hooks as their groups define them, remembered for a while: their times change rarely.</summary>
internal sealed partial class LifecycleHookCache(IAwsClients aws, RecentRefusals refusals, TimeProvider time, ILogger<LifecycleHookCache> logger)
{
    /// <summary>What was said lately of calls about hooks.</summary>
    public RecentRefusals Refusals => refusals;

    public LifecycleStateLookup States => _states ??= new(aws, PressureIn, time);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    // Names of groups and hooks come from messages: a process that lives for hours keeps no more of them.
    private const int Most = 1000;

    private readonly Dictionary<AwsScope, HookPressure> _pressures = [];
    private readonly Dictionary<(AwsScope Scope, string Group), int> _refusals = [];
    private LifecycleStateLookup? _states;
    private readonly Dictionary<(AwsScope Scope, LifecycleHookName Hook), HookTimes> _carried = [];
    private readonly Dictionary<(AwsScope Scope, string Group), (DateTimeOffset Until, Task<IReadOnlyList<LifecycleHook>> Hooks)> _known = [];

    public HookPressure PressureIn(AwsScope scope) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_pressures, scope, out _) ??= new(time);

    /// <summary>A message carries what an earlier invocation learned: nothing is asked for it while that is fresh.</summary>
    public void Carry(AwsScope scope, LifecycleHookName hook, HookTimes times)
    {
        if (!_carried.TryGetValue((scope, hook), out var known) || known.LearnedAt < times.LearnedAt)
        {
            _carried.MakeRoom(Most);
            _carried[(scope, hook)] = times;
        }
    }

    /// <summary>Asks until it is answered, or refused for good: a hook whose times are unknown costs a heartbeat every ten seconds, which many at once cannot be granted.</summary>
    /// <returns>Null when the group has no such hook, or may not be asked.</returns>
    public async Task<HookTimes?> FindAsync(AwsScope scope, string group, string hookName, CancellationToken cancellationToken)
    {
        if (_carried.TryGetValue((scope, new(group, hookName)), out var carried) && carried.IsFresh(time.GetUtcNow()))
        {
            return carried;
        }

        while (true)
        {
            try
            {
                var hooks = await OfGroupAsync(scope, group, cancellationToken);
                return hooks.FirstOrDefault(hook => hook.HookName == hookName) is { } hook ? new(hook.HeartbeatTimeout, time.GetUtcNow()) : null;
            }
            catch (AwsCallException refused)
            {
                PressureIn(scope).Note(refused.Refusal);
                if (refusals.IsNew($"{hookName} of {group}", $"{refused.Operation} {refused.Code}"))
                {
                    LogUnknown(group, hookName, refused.Message);
                }

                if (RetryPolicy.Of(AwsCallKind.HookTimes, refused.Refusal) is not { Place: RetryPlace.Here } policy)
                {
                    return null;
                }

                await Task.Delay(policy.After(_refusals.GetValueOrDefault((scope, group), 1)), time, cancellationToken);
            }
        }
    }

    /// <summary>Looks once whether Auto Scaling says that the instance waits in this very hook.</summary>
    /// <returns>False also where the look is refused, or where the state may stand for another hook of the group as well.</returns>
    public async Task<bool> IsSaidToWaitAsync(AwsScope scope, LifecycleActionRef hooked, CancellationToken cancellationToken)
    {
        try
        {
            return await States.FindAsync(scope, hooked.InstanceId, cancellationToken) is { IsWaiting: true } member && member.AutoScalingGroupName == hooked.AutoScalingGroupName
                && member.HeldBy(await OfGroupAsync(scope, hooked.AutoScalingGroupName, cancellationToken)).ToList() is [var only] && only.HookName == hooked.HookName;
        }
        catch (AwsCallException refused)
        {
            PressureIn(scope).Note(refused.Refusal);
            return false;
        }
    }

    /// <returns>None when the group could not be asked.</returns>
    public async Task<IReadOnlyList<LifecycleHook>> TryOfGroupAsync(AwsScope scope, string group, CancellationToken cancellationToken)
    {
        try
        {
            return await OfGroupAsync(scope, group, cancellationToken);
        }
        catch (AwsCallException)
        {
            return [];
        }
    }

    /// <exception cref="AwsCallException">The group could not be asked.</exception>
    public async Task<IReadOnlyList<LifecycleHook>> OfGroupAsync(AwsScope scope, string group, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_known.TryGetValue((scope, group), out var known) || known.Until <= now)
        {
            // Shared: no single caller's token may end it for the others.
            known = (now + Remembered, aws.In(scope).AutoScaling.DescribeLifecycleHooksAsync(group, CancellationToken.None));
            _known.MakeRoom(Most);
            _known[(scope, group)] = known;
        }

        try
        {
            var hooks = await known.Hooks.WaitAsync(cancellationToken);
            _refusals.Remove((scope, group));
            return hooks;
        }
        catch when (known.Hooks.IsCompleted && !known.Hooks.IsCompletedSuccessfully)
        {
            if (_known.Contains(new((scope, group), known)) && _known.Remove((scope, group)))
            {
                _refusals.MakeRoom(Most);
                _refusals[(scope, group)] = _refusals.GetValueOrDefault((scope, group)) + 1;
            }

            throw;
        }
    }

    [LoggerMessage(EventId = 605, Level = LogLevel.Warning, Message = "Could not read the timeouts of lifecycle hook {Hook} of {Group}: {Why}. Sending heartbeats every 10 s")]
    private partial void LogUnknown(string group, string hook, string why);
}
