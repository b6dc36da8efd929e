using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// A simple scheduler: cordons, taints, node selectors, node affinity and the number of pods count; of the nodes that
/// fit the emptiest is taken. Resources and preemption are not modelled.
/// </summary>
internal sealed class Scheduler
{
    private readonly Cluster _cluster;
    private readonly NodeFits _fits = new();
    private readonly SortedSet<(string Namespace, string Name)> _pending = new(Comparer<(string Namespace, string Name)>.Create((one, other) =>
        string.CompareOrdinal(one.Namespace, other.Namespace) is not 0 and var order ? order : string.CompareOrdinal(one.Name, other.Name)));
    private bool _isDue;

    public Scheduler(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Changed += Notice;
    }

    public void Bind(string space, string name, string node)
    {
        _cluster.Registry.Update(ResourceKinds.Pods, space, name, pod =>
        {
            if (pod.Text("spec", "nodeName") is { Length: > 0 } bound)
            {
                throw ApiRefusal.Conflict(ResourceKinds.Pods, name, $"pod {name} is already assigned to node \"{bound}\"");
            }

            pod.Child("spec")["nodeName"] = node;
            return pod;
        });
        _cluster.Registry.UpdateStatus(ResourceKinds.Pods, _cluster.Registry.Get(ResourceKinds.Pods, space, name), pod =>
            pod.SetCondition(_cluster.World.Now, "PodScheduled", "True"));
    }

    private void Notice(StoreChange change)
    {
        if (change.Kind == ResourceKinds.Pods)
        {
            var key = (change.Object.Namespace()!, change.Object.Name());
            if (change.After is { } pod && IsWaiting(pod))
            {
                // A verdict that was only just written must not start the next round by itself.
                if (_pending.Add(key))
                {
                    Due();
                }
            }
            else if (_pending.Remove(key) || change.After is null)
            {
                Due();
            }
        }
        else if (change.Kind == ResourceKinds.Nodes)
        {
            _fits.Note(change);
            if (!JsonNode.DeepEquals(change.Before.At("spec"), change.After.At("spec")))
            {
                Due();
            }
        }
    }

    private static bool IsWaiting(JsonObject pod) =>
        pod.Text("spec", "nodeName") is null or "" && pod.At("metadata", "deletionTimestamp") is null && pod.Text("status", "phase") == "Pending";

    private void Due()
    {
        if (_pending.Count > 0 && !_isDue)
        {
            _isDue = true;
            _cluster.World.Agenda.After(_cluster.Settings.Scheduling, Run);
        }
    }

    private void Run()
    {
        _isDue = false;
        foreach (var (space, name) in _pending.ToArray())
        {
            if (_cluster.Store.Get(ResourceKinds.Pods, space, name) is { } pod && IsWaiting(pod))
            {
                Place(pod);
            }
        }
    }

    private void Place(JsonObject pod)
    {
        var (nodes, refused) = _fits.Of(pod, _cluster.Store.List(ResourceKinds.Nodes));
        var free = nodes.Select(node => (Node: node, Pods: _cluster.Store.Pods.CountOn(node.Name()))).Where(each => each.Pods < Capacity(each.Node)).ToList();
        if (free.Count > 0)
        {
            Bind(pod.Namespace()!, pod.Name(), free.MinBy(each => each.Pods).Node.Name());
            return;
        }

        var reasons = refused.Append(KeyValuePair.Create("Too many pods", nodes.Count)).Where(why => why.Value > 0).Select(why => $"{why.Value} {why.Key}").Order(StringComparer.Ordinal).ToList();
        var all = nodes.Count + refused.Sum(why => why.Value);
        var message = all == 0 ? "no nodes available to schedule pods" : $"0/{all} nodes are available: {string.Join(", ", reasons)}.";
        if (pod.Condition("PodScheduled").Text("message") != message)
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, pod, next => next.SetCondition(_cluster.World.Now, "PodScheduled", "False", "Unschedulable", message));
        }
    }

    private long Capacity(JsonObject node) => node.Number("status", "allocatable", "pods") ?? _cluster.Settings.PodCapacity;
}
