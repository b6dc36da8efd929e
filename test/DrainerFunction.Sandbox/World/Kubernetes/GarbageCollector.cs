namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Removes what lost its owner, and everything in a namespace that is being terminated.</summary>
internal sealed class GarbageCollector
{
    private readonly Cluster _cluster;

    public GarbageCollector(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Changed += Notice;
    }

    private void Notice(StoreChange change)
    {
        if (change.After is null && change.Kind != ResourceKinds.Pods)
        {
            var (uid, space) = (change.Object.Uid(), change.Object.Namespace());
            if (change.Object.Annotation("sandbox/orphan-dependents") is null && space is not null)
            {
                _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () => Collect(uid, space));
            }
        }

        if (change.Kind == ResourceKinds.Namespaces && change.Object.At("metadata", "deletionTimestamp") is not null && change.After is not null)
        {
            _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () => Empty(change.Object.Name()));
        }
        else if (change.After is null && change.Object.Namespace() is { } home && _cluster.Store.Get(ResourceKinds.Namespaces, null, home) is { } its && its.At("metadata", "deletionTimestamp") is not null)
        {
            _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () => Empty(home));
        }
    }

    private void Collect(string owner, string space)
    {
        foreach (var pod in _cluster.Store.Pods.OwnedBy(owner))
        {
            _cluster.Registry.Delete(ResourceKinds.Pods, space, pod.Name(), DeleteOptions.None);
        }

        foreach (var set in _cluster.Store.List(ResourceKinds.ReplicaSets, space).Where(set => set.Items("metadata", "ownerReferences").Any(reference => reference.Text("uid") == owner)).ToArray())
        {
            _cluster.Registry.Delete(ResourceKinds.ReplicaSets, space, set.Name(), DeleteOptions.None);
        }
    }

    private void Empty(string space)
    {
        if (_cluster.Store.Get(ResourceKinds.Namespaces, null, space) is not { } home)
        {
            return;
        }

        var left = false;
        foreach (var kind in ResourceKinds.All.Where(kind => kind.Namespaced))
        {
            foreach (var thing in _cluster.Store.List(kind, space).ToArray())
            {
                left = true;
                if (thing.At("metadata", "deletionTimestamp") is null)
                {
                    _cluster.Registry.Delete(kind, space, thing.Name(), DeleteOptions.None);
                }
            }
        }

        if (!left)
        {
            _cluster.Store.Remove(ResourceKinds.Namespaces, home);
        }
    }
}
