using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>
/// Sees both halves of the world: which machines are really threatened, and what the function did to their nodes. Adds
/// the objections that neither half can raise alone, and says what of a scenario's expectations does not hold yet.
/// </summary>
internal sealed class Judge
{
    public const string EvictedUninterrupted = "A pod was evicted from a node that nobody interrupted";
    private static readonly string[] Threats = ["spot-reclaim", "rebalance", "capacity-reclaim", "event-scheduled", "hook-started", "stopping", "shutting-down"];
    private readonly Stage _stage;
    private readonly HashSet<string> _threatened = [];
    private readonly HashSet<string> _touchedByUs = [];
    private readonly HashSet<string> _doomed = [];
    private readonly LastResort _lastResort;
    private readonly Dictionary<string, HashSet<string>> _beforeCordon = [];
    private int _died;

    public Judge(Stage stage)
    {
        _stage = stage;
        _lastResort = new(stage);
        stage.World.Tape.Recorded += Hear;
        foreach (var region in stage.World.Aws.Regions)
        {
            region.AutoScaling.EvictablePodsRunning = EvictablePodsOfInstance;
            region.AutoScaling.LongestDrain = () => _lastResort.Patience;
        }

        foreach (var on in stage.Clusters.Values)
        {
            on.Cluster.MachineGoes = node => InstanceOf(on.Cluster, node) is { } instance && _doomed.Contains(instance.InstanceId);
            on.Cluster.IsLastResort = (node, grace) => InstanceOf(on.Cluster, node) is { } instance && _lastResort.HasCome(instance, node, grace);
            on.Cluster.MayDisturb = (node, grace) => on.Cluster.MachineGoes(node) || (InstanceOf(on.Cluster, node) is { } instance && _lastResort.MayDisturb(instance, node, grace));
            on.Cluster.Evictions.Granted += (pod, user) => Evicted(on.Cluster, pod, user);
        }
    }

    /// <summary>Pods that were still running when their machine went.</summary>
    public int DiedWithoutGrace => _died;

    /// <summary>An invocation by hand is reason enough, and with force it may go past a refusal before its date.</summary>
    public void Permit(string instanceId, string payload = "")
    {
        _threatened.Add(instanceId);
        _lastResort.Hear(instanceId, payload);
    }

    /// <summary>Neither a DaemonSet's nor a mirror, and not finished: what a drain has to get rid of.</summary>
    public static bool IsEvictable(JsonObject pod) =>
        pod["metadata"]?["annotations"]?["kubernetes.io/config.mirror"] is null
        && (pod["metadata"]?["ownerReferences"] as JsonArray)?.Any(owner => owner!["kind"]?.ToString() == "DaemonSet") != true
        && pod["status"]?["phase"]?.ToString() is not ("Succeeded" or "Failed");

    public IReadOnlyList<JsonObject> EvictablePods(Instance instance) =>
        instance.ClusterName is { } name && _stage.Clusters.TryGetValue(name, out var on)
            ? [.. on.Cluster.PodsOn(instance.NodeName).Where(pod => IsEvictable(pod) && !CameBack(instance.NodeName, pod))] : [];

    // It tolerates the cordon: evicted, it would only come once more.
    private bool CameBack(string node, JsonObject pod) =>
        _beforeCordon.TryGetValue(node, out var before) && !before.Contains(Uid(pod))
        && Tolerations.Of(pod, new() { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" }) is not null;

    private static string Uid(JsonObject pod) => pod["metadata"]!["uid"]!.ToString();

    /// <summary>Under the gate: sentences, none when all holds.</summary>
    public IReadOnlyList<string> Unmet()
    {
        var expect = _stage.Scenario.Expect;
        return
        [
            .. expect.Nodes.Select(each => Node(each.Key, each.Value)).OfType<string>(),
            .. expect.Hooks.Select(each => Hook(each.Key, each.Value)).OfType<string>(),
            .. Queues(expect),
            .. _stage.Course.Unmet(expect),
            .. expect.Taints.SelectMany(each => each.Value.Except(Taints(each.Key)).Select(key => $"the node of {each.Key} has no taint {key}")),
            .. Conflicts < expect.Conflicts ? [$"{Conflicts} patches of a node met another writer's, not {expect.Conflicts}"] : (string[])[],
            .. expect.Logs.Where(text => !IsLogged(text)).Select(text => $"the log never says '{text}'"),
            .. expect.NotInLogs.Where(IsLogged).Select(text => $"the log says '{text}'"),
            .. expect.Answers.Where(text => !IsTold("answered", text)).Select(text => $"no direct invocation answered '{text}'"),
            .. _stage.World.Tape.Happenings.Where(one => one.What == "unanswered").Select(one => $"a direct invocation has no answer: {one.Text}"),
            .. _died != expect.DiedWithoutGrace ? [$"{_died} pods died with their machine, not {expect.DiedWithoutGrace}"] : (string[])[],
            .. expect.BudgetsBypassed is { } past && Bypassed != past ? [$"pods were deleted past {Bypassed} disruption budgets, not {past}"] : (string[])[],
            .. KubernetesRequests > expect.KubernetesRequestsAtMost
                ? [$"{KubernetesRequests} requests went to Kubernetes, more than {expect.KubernetesRequestsAtMost}"] : (string[])[],
        ];
    }

    /// <summary>Requests of the function to all clusters.</summary>
    public int KubernetesRequests => _stage.Clusters.Values.Sum(on => on.Cluster.Api.RequestsOfJudged);

    private int Bypassed => _stage.World.Tape.Happenings.Where(one => one is { Area: "kubernetes", What: "bypassed" }).DistinctBy(one => one.Subject).Count();

    private int Conflicts => _stage.Clusters.Values.Sum(on => OursTo(on.Cluster).Count(request => request is { Resource: "nodes", Verb: "patch", Status: 409 }));

    private IEnumerable<string> Taints(string name)
    {
        var instance = _stage.Instance(name);
        return Tolerations.Taints(_stage.Clusters[instance.ClusterName!].Cluster.Node(instance.NodeName) ?? []).Select(taint => taint["key"]!.ToString());
    }

    private static IEnumerable<ApiLogEntry> OursTo(Cluster cluster) =>
        cluster.Api.Requests.Where(request => request.User.IsIn(cluster.Settings.JudgedGroup));

    private IEnumerable<string> Queues(ExpectPart expect)
    {
        var sqs = _stage.Home.Sqs;
        var left = _stage.Queues.Values.Where(queue => sqs.Queue(queue).Redrive is not null).Sum(queue => sqs.Contents(queue).Count);
        var dead = _stage.Queues.Values.Where(queue => sqs.Queue(queue).Redrive is null).Sum(queue => sqs.Contents(queue).Count);
        if (left != expect.MessagesLeft)
        {
            yield return $"{left} messages are left, not {expect.MessagesLeft}";
        }

        if (dead != expect.DeadLetters)
        {
            yield return $"{dead} messages are dead letters, not {expect.DeadLetters}";
        }
    }

    private string? Node(string name, string wanted)
    {
        var instance = _stage.Instance(name);
        var cluster = _stage.Clusters[instance.ClusterName!].Cluster;
        var node = cluster.Node(instance.NodeName);
        var isCordoned = node?["spec"]?["unschedulable"]?.GetValue<bool>() == true;
        var pods = EvictablePods(instance).Count;
        return wanted switch
        {
            "gone" => node is null ? null : $"the node of {name} is still there",
            _ when node is null && wanted != "drained" => $"the node of {name} is gone",
            "drained" => node is null || (isCordoned && pods == 0) ? null
                : $"the node of {name} {(isCordoned ? "is cordoned" : "takes pods")} and still has {pods} pods to move",
            "lifted" => isCordoned || node?["metadata"]?["annotations"]?["node-drainer/interruption"] is not null || Taints(name).Contains("node-drainer/seal") ? $"the node of {name} still has our marks"
                : WasWritten(cluster, instance.NodeName) ? null : $"the node of {name} was never touched",
            "cordoned" => isCordoned && !_touchedByUs.Contains(instance.NodeName) ? null : $"the node of {name} {(isCordoned ? "lost pods" : "still takes pods")}",
            _ => !isCordoned && !_touchedByUs.Contains(instance.NodeName) && !WasWritten(cluster, instance.NodeName) ? null : $"the node of {name} was touched",
        };
    }

    private string? Hook(string name, string wanted)
    {
        var parts = name.Split('/');
        var instance = _stage.Instance(parts[0]);
        var actions = _stage.Region(instance).AutoScaling.Actions
            .Where(action => action.InstanceId == instance.InstanceId && (parts.Length == 1 || action.Hook.Name == parts[1])).ToList();
        var holds = wanted switch
        {
            "continued" => actions.Exists(action => action is { Result: "CONTINUE", EndedBy: "call", Acceptances: 1 }),
            "abandoned" => actions.Exists(action => action is { Result: "ABANDON", EndedBy: "call", Acceptances: 1 }),
            "timed-out" => actions.Exists(action => action.EndedBy == "timeout"),
            _ => actions.TrueForAll(action => action.Heartbeats == 0 && action.EndedBy != "call"),
        };
        return holds ? null : $"the hook of {name} is not {wanted}: {string.Join(", ", actions.Select(action => $"{action.Hook.Name} {action.Result ?? "waits"}"))}";
    }

    private bool IsLogged(string text) => IsTold("log", text);

    private bool IsTold(string what, string text) =>
        _stage.World.Tape.Happenings.Any(happening => happening.What == what && happening.Text.Contains(text, StringComparison.Ordinal));

    private static bool WasWritten(Cluster cluster, string node) =>
        OursTo(cluster).Any(request => request is { Resource: "nodes", Verb: "patch" or "update" or "delete" } && request.Name == node);

    private void Hear(Happening happening)
    {
        if (happening.Area is "ec2" or "autoscaling" && (Threats.Contains(happening.What) || happening.What.StartsWith("Terminating", StringComparison.Ordinal)))
        {
            _threatened.Add(happening.Subject);
            if (happening.What is "spot-reclaim" or "capacity-reclaim" or "stopping" or "shutting-down")
            {
                _doomed.Add(happening.Subject);
            }
        }

        if (happening is { Area: "kubernetes", What: "cordoned" })
        {
            _lastResort.Cordoned(happening.Subject);
            _beforeCordon[happening.Subject] = [.. _stage.Clusters.Values.SelectMany(on => on.Cluster.PodsOn(happening.Subject)).Select(Uid)];
        }

        if (happening is { Area: "kubernetes", What: "pod-killed" } && IsEvictable(happening.Subject))
        {
            _died++;
        }
    }

    private bool IsEvictable(string pod)
    {
        var name = pod.Split('/');
        return _stage.Clusters.Values.Select(on => on.Cluster.Pod(name[0], name[^1])).OfType<JsonObject>().Any(IsEvictable);
    }

    private void Evicted(Cluster cluster, JsonObject pod, ApiUser user)
    {
        if (pod["spec"]?["nodeName"]?.ToString() is not { } node || !user.IsIn(cluster.Settings.JudgedGroup))
        {
            return;
        }

        _touchedByUs.Add(node);
        if (InstanceOf(cluster, node) is { } instance && !_threatened.Contains(instance.InstanceId))
        {
            _stage.World.Invariants.Break(EvictedUninterrupted, $"{pod["metadata"]?["name"]} on {node} in {cluster.Settings.Name}");
        }
    }

    // A machine that goes waits for no hook, whoever has sent it down, and at the end that was announced for it neither.
    private int EvictablePodsOfInstance(string instanceId, TimeSpan left) =>
        _stage.World.Aws.Regions.Select(region => region.Ec2.Find(instanceId)).OfType<Instance>().FirstOrDefault() is { IsGoingDown: false } instance && !_lastResort.IsPastItsEnd(instance)
            ? EvictablePods(instance).Count(pod => !MayBeLeft(instance, pod, left)) : 0;

    // A minute late for its grace, it is waited for until little time is left, or until its kubelet has been away for five minutes.
    private bool MayBeLeft(Instance instance, JsonObject pod, TimeSpan left)
    {
        var now = _stage.World.Now;
        return pod.Text("metadata", "deletionTimestamp") is { } late && now - Instant(late) >= TimeSpan.FromSeconds(60)
            && (left <= TimeSpan.FromSeconds(125)
                || (_stage.Clusters[instance.ClusterName!].Cluster.Node(instance.NodeName) is { } node && !node.ConditionIsTrue("Ready")
                    && node.Condition("Ready").Text("lastTransitionTime") is { } since && now - Instant(since) >= TimeSpan.FromMinutes(5)));
    }

    private static DateTimeOffset Instant(string stamp) => DateTimeOffset.Parse(stamp, System.Globalization.CultureInfo.InvariantCulture);

    private Instance? InstanceOf(Cluster cluster, string node)
    {
        var id = cluster.Node(node)?["spec"]?["providerID"]?.ToString().Split('/')[^1];
        return id is null ? null : _stage.World.Aws.Regions.Select(region => region.Ec2.Find(id)).OfType<Instance>().FirstOrDefault();
    }
}
