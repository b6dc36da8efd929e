using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The kubelets of all nodes: they start the pods that are bound to them, stop those that are being deleted within
/// their grace, and bring their mirror pods back. A kubelet that is dead does nothing of this.
/// </summary>
internal sealed class Kubelet
{
    private static readonly TimeSpan MountPoll = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Stop> _stops = new(StringComparer.Ordinal);
    private readonly HashSet<string> _starting = [];
    private readonly HashSet<string> _dead = [];
    private readonly Cluster _cluster;
    private int _addresses;

    public Kubelet(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Changed += Notice;
    }

    public bool IsAlive(string node) => !_dead.Contains(node) && _cluster.Node(node) is not null;

    /// <summary>From now on nothing on this node starts, stops or reports.</summary>
    public void Die(string node)
    {
        _dead.Add(node);
        foreach (var pod in _cluster.Store.Pods.On(node))
        {
            if (_stops.Remove(pod.Uid(), out var stop))
            {
                stop.Entry.Cancel();
            }
        }
    }

    public void Live(string node)
    {
        _dead.Remove(node);
        foreach (var pod in _cluster.Store.Pods.On(node))
        {
            Look(pod);
        }
    }

    /// <summary>The status of a pod that runs and is ready.</summary>
    public void SetRunning(JsonObject pod)
    {
        var now = _cluster.World.Now;
        var ready = pod.Annotation("sandbox/never-ready") is null;
        var status = pod.Child("status");
        status["phase"] = "Running";
        status["startTime"] ??= now.Stamp();
        status["podIP"] = Address(_addresses++);
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = status.Text("podIP") });
        foreach (var condition in (string[])["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"])
        {
            var holds = ready || condition is not ("Ready" or "ContainersReady");
            pod.SetCondition(now, condition, holds ? "True" : "False", holds ? null : "ContainersNotReady");
        }

        status["containerStatuses"] = new JsonArray([.. pod.Items("spec", "containers").Select(container => new JsonObject
        {
            ["name"] = container.Text("name"),
            ["image"] = container.Text("image"),
            ["ready"] = ready,
            ["started"] = true,
            ["restartCount"] = 0,
            ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now.Stamp() } },
        })]);
    }

    private void Notice(StoreChange change)
    {
        if (change.Kind != ResourceKinds.Pods || change.Object.Text("spec", "nodeName") is not { Length: > 0 } node)
        {
            return;
        }

        if (change.After is null)
        {
            Forget(change.Before!);
        }
        else if (IsAlive(node))
        {
            Look(change.After);
        }
    }

    private void Look(JsonObject pod)
    {
        if (pod.At("metadata", "deletionTimestamp") is not null)
        {
            StopIt(pod);
        }
        else if (pod.Text("status", "phase") == "Pending" && _starting.Add(pod.Uid()))
        {
            _cluster.World.Agenda.After(Length(pod, "sandbox/starts-in", _cluster.Settings.PodStart), () => Started(pod));
        }
    }

    private void Started(JsonObject pod)
    {
        if (Current(pod) is { } waiting && waiting.At("metadata", "deletionTimestamp") is null && !_cluster.Volumes.AreAttachedFor(waiting))
        {
            _cluster.World.Agenda.After(MountPoll, () => Started(pod));
            return;
        }

        _starting.Remove(pod.Uid());
        if (Current(pod) is { } now && now.At("metadata", "deletionTimestamp") is null && IsAlive(now.Text("spec", "nodeName")!) && !_cluster.NodeAvailability.IsShuttingDown(now.Text("spec", "nodeName")!))
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, now, SetRunning);
            _cluster.World.Tape.Record("kubernetes", "pod-running", pod.FullName(), $"{pod.FullName()} runs on {now.Text("spec", "nodeName")}");
            if (pod.Annotation("sandbox/completes-in") is not null)
            {
                _cluster.World.Agenda.After(Length(pod, "sandbox/completes-in", TimeSpan.Zero), () => Completed(pod));
            }
        }
    }

    // Looked at again whenever the pod changes. A shorter grace stops the containers anew with all of it: nothing is taken off for the time that has
    // passed, although the deletionTimestamp was set back (pkg/kubelet/pod_workers.go, calculateEffectiveGracePeriod).
    private void StopIt(JsonObject pod)
    {
        var now = _cluster.World.Now;
        var known = _stops.TryGetValue(pod.Uid(), out var stop);
        var since = known ? stop!.Since : now;
        var grace = TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0);
        var needs = pod.Text("status", "phase") == "Running" && pod.Annotation("kubernetes.io/config.mirror") is null
            ? Length(pod, "sandbox/stops-in", _cluster.Settings.PodStop)
            : TimeSpan.Zero;
        var killedAt = !known || grace < stop!.Grace ? now + grace : stop.KilledAt;
        var isKilled = since + needs > killedAt;
        var end = isKilled ? killedAt : since + needs;
        if (known && stop!.KilledAt == killedAt && stop.Grace == grace)
        {
            return;
        }

        stop?.Entry.Cancel();
        _stops[pod.Uid()] = new(since, grace, killedAt, _cluster.World.Agenda.At(end > now ? end : now, () => Stopped(pod, isKilled, grace)));
    }

    private void Stopped(JsonObject pod, bool isKilled, TimeSpan grace)
    {
        _stops.Remove(pod.Uid());
        if (Current(pod) is not { } last)
        {
            return;
        }

        if (isKilled)
        {
            _cluster.World.Tape.Record("kubernetes", "pod-killed-at-grace-end", pod.FullName(), $"{pod.FullName()} did not stop within its {grace.TotalSeconds:0} s and was killed");
        }

        if (last.Text("status", "phase") == "Running")
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, last, next => SetStopped(next, isKilled ? 137 : 0));
        }

        if (Current(pod) is not null)
        {
            _cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Now with { Uid = pod.Uid() });
        }
    }

    private void Completed(JsonObject pod)
    {
        if (Current(pod) is { } last && last.Text("status", "phase") == "Running" && IsAlive(last.Text("spec", "nodeName")!))
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.Pods, last, next => SetStopped(next, 0));
        }
    }

    private void SetStopped(JsonObject pod, int exitCode)
    {
        var now = _cluster.World.Now;
        pod.Child("status")["phase"] = exitCode == 0 ? "Succeeded" : "Failed";
        pod.SetCondition(now, "Ready", "False", "PodCompleted");
        pod.SetCondition(now, "ContainersReady", "False", "PodCompleted");
        foreach (var container in pod.Items("status", "containerStatuses"))
        {
            container["ready"] = false;
            container["state"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = exitCode, ["reason"] = exitCode == 0 ? "Completed" : "Error", ["finishedAt"] = now.Stamp() } };
        }
    }

    private void Forget(JsonObject pod)
    {
        _starting.Remove(pod.Uid());
        if (_stops.Remove(pod.Uid(), out var stop))
        {
            stop.Entry.Cancel();
        }

        _cluster.World.Tape.Record("kubernetes", "pod-gone", pod.FullName(), $"{pod.FullName()} is gone from {pod.Text("spec", "nodeName")}");
        if (pod.Annotation("kubernetes.io/config.mirror") is not null)
        {
            _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () => Mirror(pod));
        }
    }

    // The manifest on the node's disk is still there.
    private void Mirror(JsonObject pod)
    {
        if (IsAlive(pod.Text("spec", "nodeName")!) && _cluster.Store.Get(ResourceKinds.Pods, pod.Namespace(), pod.Name()) is null)
        {
            _cluster.Registry.Create(ResourceKinds.Pods, pod.Namespace(), pod, afterwards: SetRunning);
        }
    }

    private JsonObject? Current(JsonObject pod) =>
        _cluster.Store.Get(ResourceKinds.Pods, pod.Namespace(), pod.Name()) is { } now && now.Uid() == pod.Uid() ? now : null;

    private static TimeSpan Length(JsonObject pod, string annotation, TimeSpan otherwise)
    {
        var text = pod.Annotation(annotation);
        return text switch
        {
            null => otherwise,
            _ when text.EndsWith("ms", StringComparison.Ordinal) => TimeSpan.FromMilliseconds(Amount(text[..^2])),
            _ when text.EndsWith('s') => TimeSpan.FromSeconds(Amount(text[..^1])),
            _ when text.EndsWith('m') => TimeSpan.FromMinutes(Amount(text[..^1])),
            _ => TimeSpan.FromSeconds(Amount(text)),
        };

        static double Amount(string number) => double.Parse(number, CultureInfo.InvariantCulture);
    }

    private static string Address(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{(number >> 16 & 63) + 64}.{number >> 8 & 255}.{number & 255}");

    private sealed record Stop(DateTimeOffset Since, TimeSpan Grace, DateTimeOffset KilledAt, Agenda.Entry Entry);
}
