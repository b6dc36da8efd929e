using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Lifecycle;

/// <summary>Which instances wait in a lifecycle hook: those that are asked for at the same moment share one call.</summary>
internal sealed class LifecycleStateLookup(IAwsClients aws, Func<AwsScope, HookPressure> pressureIn, TimeProvider time)
{
    private readonly GatheredRequests<AwsScope, string, IReadOnlyList<GroupInstance>> _states =
        new(time, (scope, ids) => aws.In(scope).AutoScaling.DescribeInstancesAsync(ids, CancellationToken.None));

    /// <summary>Asks until it is answered, or refused for good.</summary>
    /// <returns>False only where Auto Scaling says so.</returns>
    public async Task<bool> MayWaitAsync(AwsScope scope, string instanceId, CancellationToken cancellationToken)
    {
        for (var refusals = 1; ; refusals++)
        {
            try
            {
                return await FindAsync(scope, instanceId, cancellationToken) is { IsWaiting: true };
            }
            catch (AwsCallException refused)
            {
                pressureIn(scope).Note(refused.Refusal);
                if (refused.Refusal is not (AwsRefusal.Throttled or AwsRefusal.Unreachable))
                {
                    return true;
                }

                await Task.Delay(RetryPolicy.Of(AwsCallKind.Describe, refused.Refusal).After(refusals), time, cancellationToken);
            }
        }
    }

    /// <returns>Null when Auto Scaling knows no such instance.</returns>
    /// <exception cref="AwsCallException">It could not be asked.</exception>
    public async Task<GroupInstance?> FindAsync(AwsScope scope, string instanceId, CancellationToken cancellationToken) =>
        (await _states.AskAsync(scope, [instanceId]).WaitAsync(cancellationToken)).FirstOrDefault(member => member.InstanceId == instanceId);
}
