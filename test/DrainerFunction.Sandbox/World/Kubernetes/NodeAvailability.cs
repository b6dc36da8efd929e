using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// What becomes of nodes as their machines come and go: registered and Ready after boot, NotReady when the kubelet has
/// been silent for a while, removed when the cloud says that the machine is no more. It also marks cordoned nodes with
/// their taint, as the node lifecycle controller does.
/// </summary>
internal sealed class NodeAvailability
{
    private const string Cordoned = "node.kubernetes.io/unschedulable";
    private const string Unreachable = "node.kubernetes.io/unreachable";
    private const string NotReady = "node.kubernetes.io/not-ready";

    private readonly Cluster _cluster;
    private readonly Dictionary<string, MachinePower> _power = new(StringComparer.Ordinal);
    private readonly TaintEvictions _taintEvictions;

    public NodeAvailability(Cluster cluster)
    {
        (_cluster, _taintEvictions) = (cluster, new(cluster));
        cluster.World.Machines.Changed += Heed;
        cluster.Store.Changed += Notice;
    }

    public bool IsShuttingDown(string node) => _power.TryGetValue(node, out var power) && power != MachinePower.Booted;

    /// <summary>The kubelet alone dies: the machine and its containers run on, but nobody reports and nobody stops pods.</summary>
    public void KillKubelet(string node)
    {
        _cluster.Kubelet.Die(node);
        _cluster.World.Tape.Record("kubernetes", "kubelet-dead", node, $"the kubelet of {node} is dead");
        _cluster.World.Agenda.After(_cluster.Settings.NodeMonitorGrace, () => LoseContact(node));
    }

    /// <summary>The kubelet hangs: containers run on and nothing is stopped, but its node's lease is renewed, so that the node stays Ready.</summary>
    public void HangKubelet(string node)
    {
        _cluster.Kubelet.Die(node);
        _cluster.World.Tape.Record("kubernetes", "kubelet-hangs", node, $"the kubelet of {node} hangs");
    }

    /// <summary>A kubelet that hung or died works again on the same machine: the node is Ready, and what was to stop meanwhile stops now.</summary>
    public void ReviveKubelet(string name)
    {
        if (_cluster.Node(name) is not { } node || _cluster.Kubelet.IsAlive(name) || _power.GetValueOrDefault(name, MachinePower.Booted) is MachinePower.Off or MachinePower.Gone)
        {
            return;
        }

        _cluster.World.Tape.Record("kubernetes", "kubelet-back", name, $"the kubelet of {name} is back");
        _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, node, next =>
        {
            NodeObjects.SetReady(next, _cluster.World);
            RemoveTaints(next, NotReady, Unreachable);
        });
        _cluster.Kubelet.Live(name);
    }

    private void Heed(MachineChange change)
    {
        var (machine, power) = change;
        if (machine.ClusterName != _cluster.Settings.Name)
        {
            return;
        }

        var was = _power.GetValueOrDefault(machine.NodeName);
        _power[machine.NodeName] = power;
        switch (power)
        {
            case MachinePower.Booted:
                _cluster.World.Agenda.After(_cluster.Settings.NodeBoot, () => Register(machine));
                break;
            case MachinePower.Off:
                PowerOff(machine.NodeName, was);
                break;
            case MachinePower.Gone:
                PowerOff(machine.NodeName, was);
                RemoveWhenUnready(machine.NodeName);
                break;
            default:
                break;
        }
    }

    private void Register(Machine machine)
    {
        if (_power.GetValueOrDefault(machine.NodeName) != MachinePower.Booted)
        {
            return;
        }

        if (_cluster.Node(machine.NodeName) is { } node)
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, node, next =>
            {
                NodeObjects.SetBooted(next, _cluster.World, _cluster.Settings);
                RemoveTaints(next, NotReady, Unreachable, "node.cloudprovider.kubernetes.io/shutdown");
            });
            _cluster.Kubelet.Live(machine.NodeName);
            RestartPods(machine.NodeName);
        }
        else
        {
            _cluster.AddNode(machine);
        }

        _cluster.World.Tape.Record("kubernetes", "node-ready", machine.NodeName, $"{machine.NodeName} is Ready");
    }

    // The containers of pods that were never deleted start again under the same pod.
    private void RestartPods(string node)
    {
        foreach (var pod in _cluster.Store.Pods.On(node).Where(pod => pod.Text("status", "phase") == "Running" && pod.At("metadata", "deletionTimestamp") is null))
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, pod, _cluster.Kubelet.SetRunning);
        }
    }

    // What a kubelet that hangs or is dead left running dies, too.
    private void PowerOff(string node, MachinePower was)
    {
        if (was is MachinePower.Off or MachinePower.Gone)
        {
            return;
        }

        foreach (var pod in _cluster.Store.Pods.On(node).Where(pod => pod.Text("status", "phase") == "Running"))
        {
            var wasStopping = pod.At("metadata", "deletionTimestamp") is not null;
            _cluster.World.Tape.Record("kubernetes", "pod-killed", pod.FullName(), $"{pod.FullName()} died with {node} {(wasStopping ? "before it had stopped" : "without its grace")}");
        }

        _cluster.Kubelet.Die(node);
        _cluster.World.Agenda.After(_cluster.Settings.NodeMonitorGrace, () => LoseContact(node));
    }

    private void LoseContact(string name)
    {
        if (_cluster.Node(name) is not { } node || _cluster.Kubelet.IsAlive(name))
        {
            return;
        }

        var now = _cluster.World.Now;
        _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, node, next =>
        {
            foreach (var condition in next.Items("status", "conditions").Select(condition => condition.Text("type")!).ToArray())
            {
                next.SetCondition(now, condition, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
            }

            AddTaint(next, Unreachable, "NoSchedule");
            AddTaint(next, Unreachable, "NoExecute");
            if (_power.GetValueOrDefault(name) == MachinePower.Off)
            {
                AddTaint(next, "node.cloudprovider.kubernetes.io/shutdown", "NoSchedule");
            }
        });
        foreach (var pod in _cluster.Store.Pods.On(name))
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, pod, next => next.SetCondition(now, "Ready", "False", "NodeNotReady"));
        }

        _cluster.World.Tape.Record("kubernetes", "node-not-ready", name, $"{name} is NotReady");
        if (_power.GetValueOrDefault(name) == MachinePower.Gone)
        {
            RemoveWhenUnready(name);
        }
    }

    private void RemoveWhenUnready(string name) => _cluster.World.Agenda.After(_cluster.Settings.CloudNodeCheck, () =>
    {
        if (_power.GetValueOrDefault(name) == MachinePower.Gone && _cluster.Node(name) is { } node && !node.ConditionIsTrue("Ready"))
        {
            _cluster.Registry.Delete(ResourceKinds.Nodes, null, name, DeleteOptions.None);
            _cluster.World.Tape.Record("kubernetes", "node-gone", name, $"{name} is removed from the cluster");
        }
    });

    private void Notice(StoreChange change)
    {
        if (change.Kind == ResourceKinds.Nodes && change.After is null)
        {
            var name = change.Object.Name();
            _cluster.World.Agenda.After(_cluster.Settings.OrphanedPodQuarantine, () => CollectOrphans(name));
        }
        else if (change.Kind == ResourceKinds.Nodes && change.After is { } node && (change.Before is null || !JsonNode.DeepEquals(change.Before["spec"], node["spec"])))
        {
            NoticeCordon(change.Before, node);
            foreach (var pod in _cluster.Store.Pods.On(node.Name()))
            {
                _taintEvictions.Judge(node, pod);
            }
        }
        else if (change.Kind == ResourceKinds.Pods && change.After is { } pod && pod.Text("spec", "nodeName") is { Length: > 0 } home && change.Before.Text("spec", "nodeName") != home && _cluster.Node(home) is { } its)
        {
            _taintEvictions.Judge(its, pod);
        }
    }

    private void NoticeCordon(JsonObject? before, JsonObject node)
    {
        var (was, is_) = (before.IsTrue("spec", "unschedulable"), node.IsTrue("spec", "unschedulable"));
        if (before is not null && was != is_)
        {
            _cluster.World.Tape.Record("kubernetes", is_ ? "cordoned" : "uncordoned", node.Name(), $"{node.Name()} {(is_ ? "takes no more pods" : "takes pods again")}");
        }

        if (is_ == Tolerations.Taints(node).Any(taint => taint.Text("key") == Cordoned))
        {
            return;
        }

        _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () =>
        {
            if (_cluster.Node(node.Name()) is { } now)
            {
                _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, now, next =>
                {
                    RemoveTaints(next, Cordoned);
                    if (next.IsTrue("spec", "unschedulable"))
                    {
                        AddTaint(next, Cordoned, "NoSchedule");
                    }
                });
            }
        });
    }

    private void CollectOrphans(string node)
    {
        foreach (var pod in _cluster.Node(node) is null ? _cluster.Store.Pods.On(node) : [])
        {
            _cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Now);
        }
    }

    private void AddTaint(JsonObject node, string key, string effect)
    {
        if (!Tolerations.Taints(node).Any(taint => taint.Text("key") == key && taint.Text("effect") == effect))
        {
            node.Child("spec").ChildList("taints").Add((JsonNode)new JsonObject { ["key"] = key, ["effect"] = effect, ["timeAdded"] = _cluster.World.Now.Stamp() });
        }
    }

    private static void RemoveTaints(JsonObject node, params string[] keys)
    {
        var kept = Tolerations.Taints(node).Where(taint => !keys.Contains(taint.Text("key"))).Select(taint => taint.DeepClone()).ToArray();
        node.Child("spec").Remove("taints");
        if (kept.Length > 0)
        {
            node.Child("spec")["taints"] = new JsonArray(kept);
        }
    }
}
