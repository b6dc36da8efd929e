using System.Globalization;
using DrainerFunction.Sandbox.Scenarios;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DrainerFunction.Sandbox.View;

/// <summary>
/// The picture in a terminal: the total, nodes and their pods (late and busy ones first), the hook, the clock against the deadline, the last
/// lines. Its columns and its height depend on the terminal alone, so that they stay while it plays.
/// </summary>
internal sealed class LiveView(Stage stage, Story story, double speed)
{
    private const int MostLines = 14;
    private const int LeastLines = 3;

    /// <summary>Borders and head of the table, the clock, the total, the legend, and one row for the cursor.</summary>
    private const int Frame = 8;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(150);
    private readonly Queue<StoryLine> _lines = [];

    /// <summary>Under the gate.</summary>
    public void Add(StoryLine line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > MostLines)
        {
            _lines.Dequeue();
        }
    }

    public async Task<PlayEnd> ShowAsync(Task<PlayEnd> play, IAnsiConsole console, CancellationToken cancellationToken)
    {
        IRenderable Now() => Draw(console.Profile.Width, console.Profile.Height);
        await console.Live(Now()).StartAsync(async live =>
        {
            while (!play.IsCompleted)
            {
                await Task.WhenAny(play, Task.Delay(FrameTime, TimeProvider.System, cancellationToken));
                live.UpdateTarget(Now());
            }
        });
        return await play;
    }

    /// <param name="width">In characters.</param>
    /// <param name="height">In lines.</param>
    public IRenderable Draw(int width, int height)
    {
        lock (stage.World.Gate)
        {
            var names = stage.InstanceNames.ToList();
            var rows = Math.Min(names.Count, Math.Max(2, height - Frame - LeastLines));
            var widths = ColumnWidths.For(width, names);
            var table = widths.Table();
            var nodes = NodeProgress.Sorted(names.Select(name => NodeProgress.Of(stage, story, name))).ToList();
            foreach (var node in rows < names.Count ? nodes.Take(rows - 1) : nodes)
            {
                table.AddRow(new NodeRow(stage, story, node, widths).Cells());
            }

            if (rows < names.Count)
            {
                table.AddRow(new Text(Fit($"and {names.Count - rows + 1} more", widths.Node)));
            }

            var lines = Math.Clamp(height - Frame - rows, LeastLines, MostLines);
            return new Rows([new Text(Fit(Clock(), width)), new Text(Fit($"  {NodeProgress.Total(nodes)}", width), new Style(decoration: Decoration.Bold)), table, new Text(Fit(" ■ runs  □ stops  · stays (DaemonSet, mirror, finished)", width), Color.Grey), .. Lines(lines, width)]);
        }
    }

    /// <summary>One line, never longer than the place for it.</summary>
    public static string Fit(string text, int width)
    {
        var line = text.ReplaceLineEndings(" ").Replace('\t', ' ');
        if (line.Sum(Cells) <= width)
        {
            return line;
        }

        var (length, left) = (0, width - 1);
        while (left >= Cells(line[length]))
        {
            left -= Cells(line[length++]);
        }

        return line[..length] + "…";
    }

    // East Asian letters take two places.
    private static int Cells(char letter) => letter is >= '\u2e80' or (>= '\u1100' and <= '\u115f') ? 2 : 1;

    private string Clock()
    {
        var function = stage.Function;
        return string.Create(CultureInfo.InvariantCulture,
            $"{story.Since(stage.World.Now).TotalSeconds,7:0.0} s   speed {speed:0.#}   invocations {function?.Invocations ?? 0}, {function?.Running ?? 0} running   processes started {function?.ColdStarts ?? 0}");
    }

    private IEnumerable<IRenderable> Lines(int count, int width)
    {
        var last = _lines.TakeLast(count).ToList();
        return last.Select(line => new Text(Fit(story.Short(line), width), StyleOf(line))).Concat(Enumerable.Repeat(new Text(" "), count - last.Count));
    }

    // The function's own sentences are what one reads; what the world does around it is dim.
    private static Style StyleOf(StoryLine line) => line switch
    {
        { Area: "fault" } => Color.Red,
        { Text: ['»', ..] } => Style.Plain,
        _ => new Style(decoration: Decoration.Dim),
    };
}
