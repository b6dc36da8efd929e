using System.Globalization;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DrainerFunction.Sandbox.View;

/// <summary>One node of the picture.</summary>
internal sealed class NodeRow(Stage stage, Story story, NodeProgress node, ColumnWidths widths)
{
    private const int BarLength = 10;
    private readonly Instance _instance = node.Instance;

    public IRenderable[] Cells() => [new Text(LiveView.Fit(node.Name, widths.Node)), State(), Pods(), new Text(LiveView.Fit(Hook(), widths.Hook)), Left()];

    private World.Kubernetes.Cluster? Cluster => _instance.ClusterName is { } cluster ? stage.Clusters[cluster].Cluster : null;

    // What the machine does outranks what its node is; a machine that goes empty is as it should be.
    private Text State()
    {
        var there = Cluster?.Node(_instance.NodeName);
        return _instance.IsGoingDown ? new(_instance.State.Name(), node.Stage is NodeStage.Drained ? Color.Grey : Color.Red)
            : there is null ? new("no node", Color.Grey)
            : node switch
            {
                { IsLate: true } => new("late", Color.Red),
                { Stage: NodeStage.Drained } => new("drained", Color.Green),
                { Stage: NodeStage.Draining } => new("draining", Color.Yellow),
                { Stage: NodeStage.Waiting } => new("waiting", Color.Yellow),
                _ when there["spec"]?["unschedulable"]?.GetValue<bool>() == true => new("cordoned", Color.Yellow),
                _ => new("takes pods", Color.Green),
            };
    }

    private Markup Pods()
    {
        var pods = Cluster?.PodsOn(_instance.NodeName) ?? [];
        var evictable = pods.Where(Judge.IsEvictable).ToList();
        var stopping = evictable.Count(pod => pod["metadata"]?["deletionTimestamp"] is not null);
        var (running, staying) = (evictable.Count - stopping, pods.Count - evictable.Count);
        return pods.Count <= widths.Pods
            ? new($"[green]{new string('■', running)}[/][yellow]{new string('□', stopping)}[/][grey]{new string('·', staying)}[/]")
            : new($"[green]{running}■[/] [yellow]{stopping}□[/] [grey]{staying}·[/]");
    }

    private string Hook() =>
        stage.Region(_instance).AutoScaling.Actions.LastOrDefault(action => action.InstanceId == _instance.InstanceId) is not { } action ? ""
        : action.IsActive ? $"waits{(action.Heartbeats > 0 ? $" ♥{action.Heartbeats}" : "")} {action.Hook.Name}"
        : $"{action.Result} {action.Hook.Name}";

    private Markup Left()
    {
        if (story.DeadlineOf(_instance.InstanceId) is not { } deadline)
        {
            return new("");
        }

        var left = deadline.Until - stage.World.Now;
        var part = Math.Clamp(left / (deadline.Until - deadline.From), 0, 1);
        var full = (int)Math.Ceiling(part * BarLength);
        var bar = widths.HasBar ? $"{new string('━', full)}[grey]{new string('╌', BarLength - full)}[/] " : "";
        return new(string.Create(CultureInfo.InvariantCulture, $"[{(part > 0.5 ? "green" : part > 0.2 ? "yellow" : "red")}]{bar}{Math.Max(0, left.TotalSeconds),5:0} s[/]"));
    }
}
