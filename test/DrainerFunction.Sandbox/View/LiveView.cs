using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DrainerFunction.Sandbox.View;

/// <summary>The picture in a terminal: nodes and their pods, the hook, the clock against the deadline, the last lines.</summary>
internal sealed class LiveView(SandboxRun run, Story story)
{
    private const int LinesKept = 14;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(150);
    private readonly Queue<string> _lines = [];

    /// <summary>Under the gate.</summary>
    public void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > LinesKept)
        {
            _lines.Dequeue();
        }
    }

    public async Task<PlayEnd> ShowAsync(Task<PlayEnd> play, CancellationToken cancellationToken)
    {
        await AnsiConsole.Live(Draw()).StartAsync(async live =>
        {
            while (!play.IsCompleted)
            {
                await Task.WhenAny(play, Task.Delay(FrameTime, TimeProvider.System, cancellationToken));
                live.UpdateTarget(Draw());
            }
        });
        return await play;
    }

    private Rows Draw()
    {
        lock (run.World.Gate)
        {
            var table = new Table { Border = TableBorder.Rounded, Expand = true };
            table.AddColumns("node", "state", "pods", "hook");
            foreach (var name in run.Stage.InstanceNames)
            {
                table.AddRow(Row(name));
            }

            return new(
                new Markup($"[bold]{run.Stage.Scenario.Name}[/]  {Markup.Escape(run.Stage.Scenario.Description)}"),
                new Markup($"{Markup.Escape(story.Clock(run.World.Now))}  speed {run.Time.Rate:0.#}"),
                table,
                new Rows(_lines.Select(line => (IRenderable)new Text(line) { Overflow = Overflow.Ellipsis })));
        }
    }

    private Markup[] Row(string name)
    {
        var instance = run.Stage.Instance(name);
        var cluster = run.Stage.Clusters[instance.ClusterName!].Cluster;
        var node = cluster.Node(instance.NodeName);
        var state = node is null ? "[grey]gone[/]" : node["spec"]?["unschedulable"]?.GetValue<bool>() == true ? "[yellow]cordoned[/]" : "[green]open[/]";
        var pods = cluster.PodsOn(instance.NodeName).Select(pod => Judge.IsEvictable(pod)
            ? pod["metadata"]?["deletionTimestamp"] is null ? "[green]■[/]" : "[yellow]□[/]"
            : "[grey]·[/]");
        return [new(Markup.Escape(name)), new($"{state} [grey]{instance.State.Name()}[/]"), new(string.Concat(pods)), new(Markup.Escape(Hook(instance)))];
    }

    private string Hook(Instance instance) =>
        run.Stage.Region(instance).AutoScaling.Actions.LastOrDefault(action => action.InstanceId == instance.InstanceId) is { } action
            ? $"{action.Hook.Name} {action.Result ?? $"waits, {action.Heartbeats} heartbeats"}" : "";
}
