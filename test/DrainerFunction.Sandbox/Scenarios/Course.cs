using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>
/// The course of a story: what was cordoned, landed, was evicted and went, in which order, how often and how soon. Says
/// what of a scenario's expectations about it does not hold.
/// </summary>
internal sealed class Course
{
    public const string Cordoned = "cordoned";
    public const string Landed = "landed";
    public const string Evicted = "evicted";
    public const string Gone = "gone";
    public const string Detached = "detached";
    public const string Answered = "answered";
    private readonly Stage _stage;
    private readonly List<Step> _steps = [];
    private readonly List<(int From, HashSet<string> Instances)> _batches = [];
    private readonly Dictionary<string, string> _byNode = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _start;
    private int _atOnce;

    public Course(Stage stage)
    {
        (_stage, _start) = (stage, stage.World.Now);
        stage.World.Tape.Recorded += Hear;
        foreach (var on in stage.Clusters.Values)
        {
            on.Cluster.Store.Changed += Hear;
            on.Cluster.Evictions.Granted += (pod, user) => HearEviction(on.Cluster, pod, user);
        }
    }

    public void HearBatch(IReadOnlyList<ReceivedMessage> messages)
    {
        if (_stage.Scenario.Expect.CordonedBeforeEvictions)
        {
            _batches.Add((_steps.Count, [.. _stage.InstanceNames.Where(name => messages.Any(message => message.Body.Contains(_stage.Instance(name).InstanceId, StringComparison.Ordinal)))]));
        }
    }

    public IEnumerable<string> Unmet(ExpectPart expect) =>
    [
        .. expect.Evictions.Select(each => (each.Key, each.Value, Count: _steps.Where(step => step.Is($"{Evicted} {each.Key}")).DistinctBy(step => step.Pod).Count()))
            .Where(each => each.Count != each.Value).Select(each => $"{each.Count} pods of {each.Key} were evicted, not {each.Value}"),
        .. expect.CordonedWithin.Select(each => Soon(each.Key, each.Value)).OfType<string>(),
        .. expect.Order.Select(InOrder).OfType<string>(),
        .. expect.CordonedBeforeEvictions ? _batches.Select(CordonedFirst).OfType<string>() : [],
        .. expect.TimesInLogs.Select(each => (each.Key, each.Value, Count: Lines(each.Key)))
            .Where(each => each.Count != each.Value).Select(each => $"{each.Count} lines of the log say '{each.Key}', not {each.Value}"),
        .. _atOnce < expect.AtOnce ? [$"{_atOnce} invocations ran at once, not {expect.AtOnce}"] : (string[])[],
    ];

    private int Lines(string text) =>
        _stage.World.Tape.Happenings.Count(happening => happening.What == "log" && happening.Text.Contains(text, StringComparison.Ordinal));

    private string? Soon(string instance, TimeSpan within)
    {
        var begun = _start + _stage.Scenario.Events.First(happening => happening.Fault is null && happening.Target() == instance).At;
        return _steps.Find(step => step.What == Cordoned && step.Name == instance) switch
        {
            null => $"the node of {instance} was never cordoned",
            { At: var at } when at - begun > within => $"the node of {instance} was cordoned after {(at - begun).TotalSeconds:0.0} s, not within {within.TotalSeconds:0.0} s",
            _ => null,
        };
    }

    private string? InOrder(OrderPart order)
    {
        var last = _steps.FindLastIndex(step => step.Is(order.First));
        var first = _steps.FindIndex(step => step.Is(order.Then));
        return (last, first) switch
        {
            (-1, _) => $"never: {order.First}",
            (_, -1) => $"never: {order.Then}",
            _ when last > first => $"{order.Then} came before the last of {order.First}",
            _ => null,
        };
    }

    private string? CordonedFirst((int From, HashSet<string> Instances) batch)
    {
        foreach (var cluster in batch.Instances.GroupBy(name => _stage.Instance(name).ClusterName))
        {
            var evicted = _steps.FindIndex(batch.From, step => step.What == Evicted && cluster.Contains(step.Instance));
            var open = cluster.FirstOrDefault(name => evicted >= 0 && !_steps.Take(evicted).Any(step => step.What == Cordoned && step.Name == name));
            if (open is not null)
            {
                return $"a pod of {_steps[evicted].Instance} was evicted before {open} of the same batch was cordoned";
            }
        }

        return null;
    }

    private void Hear(Happening happening)
    {
        if (happening is { Area: "kubernetes", What: "cordoned" } && InstanceOn(happening.Subject) is { } instance)
        {
            Note(Cordoned, instance, instance);
        }
        else if (happening is { Area: "kubernetes", What: "volume-detached" })
        {
            // "the volume of default/data is detached from …"
            Note(Detached, happening.Text.Split(' ')[3].Split('/')[^1], InstanceOn(happening.Subject));
        }
        else if (happening is { Area: "autoscaling", What: "hook-completed" } && _stage.InstanceNames.FirstOrDefault(name => _stage.Instance(name).InstanceId == happening.Subject) is { } completed)
        {
            Note(Answered, completed, completed);
        }
        else if (happening is { Area: "lambda", What: "invoked" })
        {
            _atOnce = Math.Max(_atOnce, _stage.Function?.Running ?? 0);
        }
    }

    private void Hear(StoreChange change)
    {
        if (change.Kind != ResourceKinds.Pods || Workload(change.Object) is not { } workload)
        {
            return;
        }

        if (change.After is null)
        {
            Note(Gone, workload, InstanceOf(change.Before!), change.Before!);
        }
        else if (InstanceOf(change.After) is { } instance && (change.Before is null || InstanceOf(change.Before) is null))
        {
            Note(Landed, workload, instance, change.After);
        }
    }

    private void HearEviction(Cluster cluster, JsonObject pod, ApiUser user)
    {
        if (user.IsIn(cluster.Settings.JudgedGroup) && Workload(pod) is { } workload)
        {
            Note(Evicted, workload, InstanceOf(pod), pod);
        }
    }

    private void Note(string what, string name, string? instance, JsonObject? pod = null) =>
        _steps.Add(new(_stage.World.Now, what, name, instance, pod?["metadata"]?["uid"]?.ToString()));

    private string? InstanceOf(JsonObject pod) => pod["spec"]?["nodeName"]?.ToString() is { } node ? InstanceOn(node) : null;

    private string? InstanceOn(string node)
    {
        if (!_byNode.TryGetValue(node, out var known) || _stage.Instance(known).NodeName != node)
        {
            known = _stage.InstanceNames.FirstOrDefault(name => _stage.Instance(name).NodeName == node);
            if (known is not null)
            {
                _byNode[node] = known;
            }
        }

        return known;
    }

    private static string? Workload(JsonObject pod) => pod["metadata"]?["labels"]?["app"]?.ToString();

    private sealed record Step(DateTimeOffset At, string What, string Name, string? Instance, string? Pod)
    {
        public bool Is(string moment) => moment == $"{What} {Name}";
    }
}
