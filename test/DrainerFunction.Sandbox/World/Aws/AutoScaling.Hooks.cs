namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The hooks of groups, and the calls that answer them.</summary>
internal sealed partial class AutoScaling
{
    /// <summary>Set by whoever joins the halves of the world: how many pods of the instance should not be left while so much time is left.</summary>
    public Func<string, TimeSpan, int>? EvictablePodsRunning { get; set; }

    /// <summary>For the invariant: how long a drain may take before CONTINUE is right although pods run.</summary>
    public Func<TimeSpan> LongestDrain { get; set; } = () => TimeSpan.FromHours(1);

    /// <summary>All lifecycle actions there ever were.</summary>
    public IReadOnlyList<LifecycleAction> Actions => _actions.All;

    /// <summary>Calls that named an action that was not active.</summary>
    public int RefusedActions => _actions.Refusals;

    public void PutLifecycleHook(string groupName, LifecycleHook hook)
    {
        lock (_world.Gate)
        {
            var group = Group(groupName);
            GroupRefusals.RefuseHook(hook);
            group.Hooks[hook.Name] = hook;
            _actions.NotifyTest(group, hook);
        }
    }

    public void DeleteLifecycleHook(string groupName, string hookName)
    {
        lock (_world.Gate)
        {
            if (!Group(groupName).Hooks.Remove(hookName))
            {
                throw AwsError.Validation($"No Lifecycle Hook found with name {hookName}");
            }

            foreach (var action in _actions.All.Where(action => action.IsActive && action.Group.Name == groupName && action.Hook.Name == hookName).ToList())
            {
                _actions.Release(action, "the hook's deletion");
            }
        }
    }

    public IReadOnlyList<LifecycleHook> DescribeLifecycleHooks(string groupName, IReadOnlyList<string>? names = null)
    {
        lock (_world.Gate)
        {
            return [.. Group(groupName).Hooks.Values.Where(hook => names is not { Count: > 0 } || names.Contains(hook.Name))];
        }
    }

    public void CompleteLifecycleAction(string groupName, string hookName, string result, string? instanceId = null, string? token = null)
    {
        lock (_world.Gate)
        {
            if (result is not ("CONTINUE" or "ABANDON"))
            {
                throw AwsError.Validation("LifecycleActionResult must be one of CONTINUE or ABANDON");
            }

            var action = _actions.Find(Group(groupName), hookName, instanceId, token);
            Judge(action, result);
            _actions.Complete(action, result);
        }
    }

    public void RecordLifecycleActionHeartbeat(string groupName, string hookName, string? instanceId = null, string? token = null)
    {
        lock (_world.Gate)
        {
            _actions.Heartbeat(_actions.Find(Group(groupName), hookName, instanceId, token));
        }
    }

    private void Judge(LifecycleAction action, string result)
    {
        // A tag of the group can set the bound for its instances.
        var own = action.Group.Tags.TryGetValue("node-drainer/MAX_DRAIN_DURATION", out var seconds) && int.TryParse(seconds, System.Globalization.CultureInfo.InvariantCulture, out var bound)
            ? TimeSpan.FromSeconds(bound)
            : LongestDrain();
        var left = action.StartedAt + own - _world.Now;
        if (result == "CONTINUE" && action.Hook.Transition == LifecycleHook.Terminating && left > TimeSpan.Zero
            && _world.Now < action.GlobalDeadline && EvictablePodsRunning?.Invoke(action.InstanceId, left) is > 0 and var pods)
        {
            _world.Invariants.Break("A hook was completed CONTINUE while evictable pods still ran and time was left",
                $"hook {action.Hook.Name} of {action.InstanceId}: {pods} pods, {left.TotalSeconds:0} s left");
        }
    }
}
