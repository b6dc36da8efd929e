namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The warm pools of groups: instances that are prepared and wait to serve.</summary>
internal sealed partial class AutoScaling
{
    /// <summary>"Updates an existing warm pool, or creates one."</summary>
    public void PutWarmPool(string groupName, WarmPool pool)
    {
        lock (_world.Gate)
        {
            Group(groupName).WarmPool = pool;
            Reconcile(groupName);
        }
    }

    /// <summary>The pool stays, as PendingDelete, until its last instance has terminated.</summary>
    /// <param name="force">"Also deletes any outstanding lifecycle actions associated with the warm pool instances."</param>
    public void DeleteWarmPool(string groupName, bool force = false)
    {
        lock (_world.Gate)
        {
            var group = Group(groupName);
            if (group.WarmPool is null)
            {
                return;
            }

            group.WarmPool = group.WarmPool with { IsPendingDelete = true };
            Reconcile(groupName);
            foreach (var action in _actions.All.Where(action => force && action.IsActive && action.Group == group && Lifecycle.Find(action.InstanceId) is { InWarmPool: true }).ToList())
            {
                _actions.Release(action, "the warm pool's deletion");
            }
        }
    }

    /// <summary>The pool, if the group has one, and a page of the instances in it, whatever their state.</summary>
    public (WarmPool? Pool, Page<GroupMember> Instances) DescribeWarmPool(string groupName, int? maxRecords = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            return (Group(groupName).WarmPool, Pages.Of(Instances(groupName, warm: true), GroupRefusals.PageSize(maxRecords, 50), nextToken));
        }
    }
}
