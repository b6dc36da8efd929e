using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// The hooks' holds on instances: all hooks of a transition start together, the instance goes on when the last has ended,
/// an ABANDON ends the others (EC2 Auto Scaling User Guide, "How lifecycle hooks work").
/// </summary>
internal sealed class LifecycleActions(AwsRegion region)
{
    private readonly SimulatedWorld _world = region.World;
    private readonly List<LifecycleAction> _all = [];

    /// <summary>All there ever were, in the order of their start.</summary>
    public IReadOnlyList<LifecycleAction> All => _all;

    /// <summary>How many calls named an action that was not, or no longer, there.</summary>
    public int Refusals { get; private set; }

    /// <summary>Raised under the world's gate when the last action of an instance's transition has ended.</summary>
    public event Action<LifecycleAction, bool>? Ended;

    public IEnumerable<LifecycleAction> ActiveOf(string instanceId) => _all.Where(action => action.IsActive && action.InstanceId == instanceId);

    /// <returns>Whether the group has hooks for this transition: the instance waits.</returns>
    public bool Start(AutoScalingGroup group, string instanceId, string transition, string origin, string destination)
    {
        var hooks = group.Hooks.Values.Where(hook => hook.Transition == transition).ToList();
        var started = hooks.ConvertAll(hook => new LifecycleAction(group, hook, instanceId, region.Cloud.Identifiers.Guid(), origin, destination, _world.Now));
        _all.AddRange(started);
        foreach (var action in started)
        {
            _world.Tape.Record("autoscaling", "hook-started", instanceId, $"hook {action.Hook.Name} of {group.Name} holds {instanceId} ({origin} to {destination}), token {action.Token}");
            Watch(action);
            Notify(action);
        }

        return started.Count > 0;
    }

    public LifecycleAction Find(AutoScalingGroup group, string hookName, string? instanceId, string? token)
    {
        if (token is { Length: not 36 })
        {
            throw AwsError.Validation($"1 validation error detected: Value '{token}' at 'lifecycleActionToken' failed to satisfy constraint: Member must have length equal to 36");
        }

        var found = _all.Find(action => action.IsActive && action.Group == group && action.Hook.Name == hookName
            && (token is null || action.Token == token) && (instanceId is null || action.InstanceId == instanceId));
        if (found is not null && (token is not null || instanceId is not null))
        {
            return found;
        }

        Refusals++;
        throw AwsError.Validation(token is not null
            ? $"No active Lifecycle Action found with token {token}"
            : $"No active Lifecycle Action found with instance ID {instanceId}");
    }

    /// <summary>The timeout starts anew, up to the global limit.</summary>
    public void Heartbeat(LifecycleAction action)
    {
        action.Heartbeats++;
        var extended = _world.Now + action.Hook.HeartbeatTimeout;
        action.Deadline = extended < action.GlobalDeadline ? extended : action.GlobalDeadline;
        Watch(action);
        _world.Tape.Record("autoscaling", "hook-heartbeat", action.InstanceId, $"heartbeat {action.Heartbeats} for hook {action.Hook.Name} of {action.InstanceId}");
    }

    public void Complete(LifecycleAction action, string result)
    {
        action.Acceptances++;
        End(action, result, "call");
    }

    /// <summary>The hook or the group was deleted: what terminates goes on, what launches is abandoned.</summary>
    public void Release(LifecycleAction action, string by) => End(action, action.Hook.Transition == LifecycleHook.Launching ? "ABANDON" : "CONTINUE", by);

    /// <summary>The instance left while its actions still ran: they end without a result of their own.</summary>
    public void Drop(string instanceId)
    {
        foreach (var action in ActiveOf(instanceId).ToList())
        {
            Close(action, "ABANDON", "the instance left");
        }
    }

    /// <summary>What a queue gets when it becomes a hook's target.</summary>
    public void NotifyTest(AutoScalingGroup group, LifecycleHook hook)
    {
        if (hook.NotificationTargetArn is { } target)
        {
            SendDirect(target, new()
            {
                ["AccountId"] = region.Account,
                ["RequestId"] = region.Cloud.Identifiers.Guid(),
                ["AutoScalingGroupARN"] = group.Arn,
                ["AutoScalingGroupName"] = group.Name,
                ["Service"] = "AWS Auto Scaling",
                ["Event"] = "autoscaling:TEST_NOTIFICATION",
                ["Time"] = Now(),
            }, hook.RoleArn);
        }
    }

    private void Watch(LifecycleAction action)
    {
        var due = action.Deadline;
        _world.Agenda.At(due, () =>
        {
            if (action.IsActive && action.Deadline == due)
            {
                End(action, action.Hook.DefaultResult, "timeout");
            }
        });
    }

    private void End(LifecycleAction action, string result, string by)
    {
        Close(action, result, by);
        var others = ActiveOf(action.InstanceId).ToList();
        if (result == "ABANDON")
        {
            others.ForEach(other => Close(other, "ABANDON", $"hook {action.Hook.Name}'s ABANDON"));
            others.Clear();
        }

        if (others.Count == 0)
        {
            Ended?.Invoke(action, result == "ABANDON");
        }
    }

    private void Close(LifecycleAction action, string result, string by)
    {
        (action.Result, action.EndedBy, action.EndedAt) = (result, by, _world.Now);
        _world.Tape.Record("autoscaling", by is "call" or "timeout" ? "hook-completed" : "hook-ended", action.InstanceId,
            $"hook {action.Hook.Name} of {action.InstanceId} ended {result} by {by} after {(_world.Now - action.StartedAt).TotalSeconds:0.0} s, {action.Heartbeats} heartbeats");
    }

    private void Notify(LifecycleAction action)
    {
        var detail = new JsonObject
        {
            ["LifecycleActionToken"] = action.Token,
            ["AutoScalingGroupName"] = action.Group.Name,
            ["LifecycleHookName"] = action.Hook.Name,
            ["EC2InstanceId"] = action.InstanceId,
            ["LifecycleTransition"] = action.Hook.Transition,
            ["Origin"] = action.Origin,
            ["Destination"] = action.Destination,
        };
        if (action.Hook.NotificationMetadata is { } metadata)
        {
            detail["NotificationMetadata"] = metadata;
        }

        // "Instance refresh replace root volume lifecycle events": such an instance comes from its group and returns to it.
        if (action.Origin == action.Destination)
        {
            detail["Action"] = "ReplaceRootVolume";
        }

        var kind = action.Hook.Transition == LifecycleHook.Launching ? "launch" : "terminate";
        region.Events.Emit("aws.autoscaling", $"EC2 Instance-{kind} Lifecycle Action", [action.Group.Arn], (JsonObject)detail.DeepClone());
        if (action.Hook.NotificationTargetArn is { } target)
        {
            detail["AccountId"] = region.Account;
            detail["RequestId"] = region.Cloud.Identifiers.Guid();
            detail["Service"] = "AWS Auto Scaling";
            detail["Time"] = Now();
            SendDirect(target, detail, action.Hook.RoleArn);
        }
    }

    // As a session of the hook's role: to the queue this is no service but a principal of the account.
    private void SendDirect(string target, JsonObject message, string? roleArn)
    {
        var parts = target.Split(':');
        var role = roleArn is null ? null : region.Cloud.Credentials.Role(roleArn);
        region.Cloud.Region(parts[4], parts[3]).Sqs.Send(target, message.ToJsonString(), sender: role is null ? null : SqsSender.Of(role, "AutoScaling"));
    }

    private string Now() => _world.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
