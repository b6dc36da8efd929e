using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>
/// What `auto` makes of a rebalance recommendation. No event ever says that this threat has passed, so a node is only touched
/// when its group replaces it: cordoned where a hook of ours drains it later, drained where none does.
/// </summary>
internal sealed class RebalanceAction(IAwsClients aws, LifecycleHookCache hooks, DrainerOptions options)
{
    /// <exception cref="AwsCallException">Auto Scaling could not be asked.</exception>
    public async Task<InterruptionAction> ForAsync(AwsScope scope, Interruption interruption, CancellationToken cancellationToken)
    {
        var autoScaling = aws.In(scope).AutoScaling;
        var member = await autoScaling.DescribeInstancesAsync([interruption.InstanceId], cancellationToken);
        if (member is not [var only, ..] || await autoScaling.DescribeGroupAsync(only.AutoScalingGroupName, cancellationToken) is not { CapacityRebalance: true } group)
        {
            return InterruptionAction.Ignore;
        }

        var drainsLater = (await hooks.OfGroupAsync(scope, group.Name, cancellationToken))
            .Any(hook => hook.Transition == LifecycleStates.Terminating && options.LifecycleHooks.IsOurs(hook.HookName));
        return drainsLater || options.CordonOnly ? InterruptionAction.Cordon : InterruptionAction.Drain;
    }
}
