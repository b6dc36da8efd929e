using DrainerFunction.Aws;

namespace DrainerFunction.Lifecycle;

/// <summary>Which instances wait in a lifecycle hook: those that are asked for at the same moment share one call.</summary>
internal sealed class HookWaitLookup(IAwsClients aws, TimeProvider time)
{
    private static readonly TimeSpan Gathered = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<AwsScope, (List<string> Ids, Task<IReadOnlyList<GroupInstance>> Answer)> _gathering = [];

    /// <summary>Asks until it is answered, or refused for good.</summary>
    /// <returns>False only where Auto Scaling says so.</returns>
    public async Task<bool> MayWaitAsync(AwsScope scope, string instanceId, CancellationToken cancellationToken)
    {
        for (var refusals = 1; ; refusals++)
        {
            try
            {
                return (await AskTogetherAsync(scope, instanceId).WaitAsync(cancellationToken)).Any(member => member.InstanceId == instanceId && member.IsWaiting);
            }
            catch (AwsCallException refused)
            {
                if (refused.Refusal is not (AwsRefusal.Throttled or AwsRefusal.Unreachable))
                {
                    return true;
                }

                await Task.Delay(RefusalPace.Of(AwsCallKind.Describe, refused.Refusal).After(refusals), time, cancellationToken);
            }
        }
    }

    private Task<IReadOnlyList<GroupInstance>> AskTogetherAsync(AwsScope scope, string instanceId)
    {
        if (!_gathering.TryGetValue(scope, out var gathering))
        {
            List<string> ids = [];
            gathering = (ids, AskAsync(scope, ids));
            _gathering.Add(scope, gathering);
        }

        gathering.Ids.Add(instanceId);
        return gathering.Answer;
    }

    // No caller's token: one that gives up must not take the others' answer away. The call is bounded in time.
    private async Task<IReadOnlyList<GroupInstance>> AskAsync(AwsScope scope, List<string> ids)
    {
        await Task.Delay(Gathered, time, CancellationToken.None);
        _gathering.Remove(scope);
        return await aws.In(scope).AutoScaling.DescribeInstancesAsync(ids, CancellationToken.None);
    }
}
