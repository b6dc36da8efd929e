using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Bench;

/// <summary>Watches the nodes of all instances whose names begin with "victim" and keeps when what happened to each.</summary>
internal sealed class Audience
{
    private readonly Dictionary<string, NodeTimes> _byNode = [];
    private readonly Dictionary<string, NodeTimes> _byInstance = [];
    private readonly Dictionary<string, NodeTimes> _byPod = [];
    private readonly List<(DateTimeOffset At, string RequestId)> _invocations = [];

    public Audience(Stage stage)
    {
        foreach (var name in stage.InstanceNames.Where(name => name.StartsWith("victim", StringComparison.Ordinal)))
        {
            var instance = stage.Instance(name);
            var pods = stage.Judge.EvictablePods(instance).Select(pod => $"{pod["metadata"]!["namespace"]}/{pod["metadata"]!["name"]}").ToHashSet();
            var times = new NodeTimes(name, instance.NodeName, pods);
            (_byNode[instance.NodeName], _byInstance[instance.InstanceId]) = (times, times);
            foreach (var pod in pods)
            {
                _byPod[pod] = times;
            }
        }

        stage.World.Tape.Recorded += Hear;
    }

    public IReadOnlyCollection<NodeTimes> Nodes => _byNode.Values;

    /// <summary>When the function was handed what, in order.</summary>
    public IReadOnlyList<(DateTimeOffset At, string RequestId)> Invocations => _invocations;

    public NodeTimes this[string name] => Nodes.First(node => node.Name == name);

    private void Hear(Happening happening)
    {
        switch (happening)
        {
            case { Area: "lambda", What: "invoked" }:
                _invocations.Add((happening.At, happening.Subject));
                break;
            case { Area: "kubernetes", What: "cordoned" } when _byNode.TryGetValue(happening.Subject, out var node):
                node.Cordoned ??= happening.At;
                break;
            case { Area: "kubernetes", What: "pod-gone" } when _byPod.Remove(happening.Subject, out var node):
                node.Pods.Remove(happening.Subject);
                node.Empty = node.Pods.Count == 0 ? happening.At : null;
                break;
            case { Area: "autoscaling", What: "hook-completed" } when _byInstance.TryGetValue(happening.Subject, out var node):
                node.Completed ??= happening.At;
                break;
        }
    }
}

/// <summary>What happened to one node, by the world's clock.</summary>
/// <param name="Pods">Those that have to go and have not yet.</param>
internal sealed record NodeTimes(string Name, string NodeName, HashSet<string> Pods)
{
    public DateTimeOffset? Cordoned { get; set; }

    public DateTimeOffset? Empty { get; set; }

    public DateTimeOffset? Completed { get; set; }
}
