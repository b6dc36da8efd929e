using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// A simple scheduler: cordons, taints, node selectors, node affinity and the number of pods count; of the nodes that
/// fit the emptiest is taken. Resources and preemption are not modelled.
/// </summary>
internal sealed class Scheduler
{
    private readonly Cluster _cluster;
    private readonly HashSet<(string? Namespace, string Name)> _pending = [];
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
            var key = (change.Object.Namespace(), change.Object.Name());
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
        else if (change.Kind == ResourceKinds.Nodes && !JsonNode.DeepEquals(change.Before.At("spec"), change.After.At("spec")))
        {
            Due();
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
        foreach (var (space, name) in _pending.OrderBy(key => key.Namespace, StringComparer.Ordinal).ThenBy(key => key.Name, StringComparer.Ordinal).ToArray())
        {
            if (_cluster.Store.Get(ResourceKinds.Pods, space, name) is { } pod && IsWaiting(pod))
            {
                Place(pod);
            }
        }
    }

    private void Place(JsonObject pod)
    {
        JsonObject[] nodes = [.. _cluster.Store.List(ResourceKinds.Nodes)];
        var verdicts = nodes.ToLookup(node => Refusal(node, pod) ?? "");
        if (verdicts[""].MinBy(node => _cluster.Store.Pods.CountOn(node.Name())) is { } node)
        {
            Bind(pod.Namespace()!, pod.Name(), node.Name());
            return;
        }

        var reasons = verdicts.Select(why => $"{why.Count()} {why.Key}").Order(StringComparer.Ordinal);
        _cluster.Registry.UpdateStatus(ResourceKinds.Pods, pod, next => next.SetCondition(
            _cluster.World.Now,
            "PodScheduled",
            "False",
            "Unschedulable",
            nodes.Length == 0 ? "no nodes available to schedule pods" : $"0/{nodes.Length} nodes are available: {string.Join(", ", reasons)}."));
    }

    private string? Refusal(JsonObject node, JsonObject pod)
    {
        if (node.IsTrue("spec", "unschedulable") && Tolerations.Of(pod, new() { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" }) is null)
        {
            return "node(s) were unschedulable";
        }

        if (Tolerations.Repelling(node, pod) is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Text("key")}: {taint.Text("value")}}}";
        }

        if (!Fits(node, pod))
        {
            return "node(s) didn't match Pod's node affinity/selector";
        }

        return _cluster.Store.Pods.CountOn(node.Name()) >= (node.Number("status", "allocatable", "pods") ?? _cluster.Settings.PodCapacity) ? "Too many pods" : null;
    }

    private static bool Fits(JsonObject node, JsonObject pod)
    {
        var labels = node.At("metadata", "labels") as JsonObject;
        var terms = pod.Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToArray();
        return (pod.At("spec", "nodeSelector") as JsonObject ?? []).All(pair => labels.Text(pair.Key) == pair.Value.Text())
            && (terms.Length == 0 || terms.Any(term =>
                term.Items("matchExpressions").All(one => Selectors.Expression(one, labels))
                && term.Items("matchFields").All(one => Selectors.Expression(one, new() { ["metadata.name"] = node.Name() }))));
    }
}
