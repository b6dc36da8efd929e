using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>The picture of drains: one page without any outside resource or script, made of the finished lines of logs alone.</summary>
internal static class HtmlReport
{
    // So few that all of them can be read at once.
    private const int OpenAtOnce = 2;

    /// <returns>As <see cref="Write(IEnumerable{string}, TextWriter)"/>.</returns>
    public static int WriteFile(string path, IEnumerable<string> logLines) => WriteFile(path, NodeStory.Of(FinishedLines.In(logLines)));

    /// <param name="path">Of the page.</param>
    /// <param name="played">The finished lines of each scenario, by its name; of a single one the name says nothing.</param>
    public static int WriteFile(string path, IReadOnlyList<(string Scenario, IReadOnlyList<string> Lines)> played) =>
        WriteFile(path, NodeStory.Sorted(played.SelectMany(each => NodeStory.Of(FinishedLines.In(each.Lines), played.Count > 1 ? each.Scenario : null))));

    /// <returns>How many stories the page shows; 0 when the log has no finished line, and then the page says so.</returns>
    public static int Write(IEnumerable<string> logLines, TextWriter output) => Write(NodeStory.Of(FinishedLines.In(logLines)), output);

    private static int WriteFile(string path, IReadOnlyList<NodeStory> stories)
    {
        using var file = File.CreateText(path);
        return Write(stories, file);
    }

    private static int Write(IReadOnlyList<NodeStory> stories, TextWriter output)
    {
        var html = new Html(output);
        html.WriteRaw($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Drain report</title>
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <style>{Stylesheet.Text}</style></head><body><main>

            """);
        if (stories.Count == 0)
        {
            html.WriteRaw("<h1>Drain report</h1><p class=\"sub\">The log has no finished line (event “interruption”). docs/logging.md tells how to export one.</p>");
        }
        else
        {
            Head(html, stories);
            Tiles(html, stories);
            PhaseTable(html, stories);
            Nodes(html, stories);
        }

        html.WriteRaw("</main></body></html>\n");
        return stories.Count;
    }

    private static void Head(Html html, IReadOnlyList<NodeStory> stories)
    {
        var (begin, end) = (stories.Min(story => story.Begin), stories.Max(story => story.End));
        var clusters = stories.Select(story => story.Cluster).OfType<string>().Distinct().ToList();
        html.Write($"""
            <header><h1>{(stories is [var only] ? Headline.Of(only) : Summary(stories))}</h1><p class="sub">{(stories is [var one] ? $"{one.ShortName} · " : "")}{begin.UtcDateTime:yyyy-MM-dd HH:mm:ss} – {(end.UtcDateTime.Date == begin.UtcDateTime.Date ? "" : $"{end.UtcDateTime:yyyy-MM-dd} ")}{end.UtcDateTime:HH:mm:ss} UTC · {(clusters.Count <= 5 ? string.Join(", ", clusters) : Words.Count(clusters.Count, "cluster"))}</p></header>
            """);
    }

    private static string Summary(IReadOnlyList<NodeStory> stories)
    {
        var drained = stories.Where(story => story.Last.Outcome is "Drained" && story.LastPodGone is not null).OrderBy(story => story.Took).ToList();
        var late = stories.Count(story => story.IsBad);
        var rest = stories.Count - stories.Count(story => story.Last.Outcome is "Drained") - late;
        return $"{stories.Count(story => story.Last.Outcome is "Drained")} of {Words.Count(stories.Count, "node")} drained{(drained.Count > 0 ? $", the slowest in {Words.Span(drained[^1].Took)}" : "")}."
            + $"{(late > 0 ? $" {late} late." : "")}{(rest > 0 ? $" {rest} with nothing to drain." : "")}";
    }

    private static void Tiles(Html html, IReadOnlyList<NodeStory> stories)
    {
        html.WriteRaw("<section class=\"tiles\">\n");
        var outcomes = string.Join(", ", stories.GroupBy(story => story.Last.Outcome).Select(same => $"{same.Count()} {Words.Of(same.Key)}"));
        var late = stories.Count(story => story.IsBad);
        Tile(html, Count(late > 0 && stories.Count > 1 ? late : stories.Count), late > 0 && stories.Count > 1 ? $"of {Count(stories.Count)} nodes late" : stories.Count == 1 ? "node" : "nodes", outcomes, late > 0);
        Tile(html, Count(stories.Sum(story => story.Evicted)), "pods asked to leave", Budgets(stories), stories.Any(story => story.BypassedBudgets.Count > 0));
        var cordons = stories.Where(story => story.Cordoned is not null).Select(story => story.Cordoned!.Value - story.Begin).Order().ToList();
        if (cordons.Count > 0)
        {
            Tile(html, Words.Span(cordons[cordons.Count / 2]), "to the cordon", cordons.Count > 1 ? $"p50; slowest {Words.Span(cordons[^1])}" : "since the event was seen", isBad: false);
        }

        if (stories.Where(story => story.NoticeLeft is not null).MinBy(story => story.NoticeLeft) is { } tightest)
        {
            var left = tightest.NoticeLeft!.Value;
            Tile(html, Words.Span(left.Duration()), left < TimeSpan.Zero ? "past the deadline" : "of notice left", stories.Count > 1 ? $"{(left < TimeSpan.Zero ? "the latest" : "the least")}: {tightest.ShortName}" : "when it was done", left < TimeSpan.Zero);
        }

        // An invocation looks after several nodes: it is one all the same.
        var invocations = stories.SelectMany(story => story.Told.Select(line => (story.Scenario, line.RequestId))).Distinct().Count();
        Tile(html, Count(invocations), invocations == 1 ? "invocation" : "invocations", Words.Count(stories.Sum(story => story.Heartbeats), "heartbeat"), isBad: false);
        html.WriteRaw("</section>\n");
    }

    private static string Budgets(IReadOnlyList<NodeStory> stories)
    {
        var bypassed = stories.SelectMany(story => story.BypassedBudgets).Distinct().Count();
        var held = stories.Sum(story => story.Pods.Count(pod => pod.HeldBy is not null));
        return bypassed > 0 ? $"{held} held, {bypassed} {(bypassed == 1 ? "budget" : "budgets")} bypassed" : held > 0 ? $"{held} of them held for a while" : "none was held";
    }

    private static void Tile(Html html, string value, string name, string more, bool isBad) =>
        html.Write($"""<div class="tile{(isBad ? " bad" : "")}"><b>{(isBad ? "▲ " : "")}{value}</b><span>{name}</span><small>{more}</small></div>""");

    private static void PhaseTable(Html html, IReadOnlyList<NodeStory> stories)
    {
        if (stories.Count <= OpenAtOnce)
        {
            return;
        }

        html.WriteRaw("<table class=\"phases\"><thead><tr><th>phase</th><th>p50</th><th>slowest</th><th></th></tr></thead><tbody>\n");
        foreach (var phase in stories.SelectMany(story => Phases.Of(story).Select(phase => (story, phase))).GroupBy(one => (one.phase.Name, one.phase.Class)).OrderBy(group => group.Key.Class, StringComparer.Ordinal))
        {
            var sorted = phase.OrderBy(one => one.phase.Took).ToList();
            html.Write($"""<tr><td><i class="key {phase.Key.Class}"></i>{phase.Key.Name}</td><td>{Words.Span(sorted[sorted.Count / 2].phase.Took)}</td><td>{Words.Span(sorted[^1].phase.Took)}</td><td>{sorted[^1].story.ShortName}</td></tr>""");
        }

        html.WriteRaw("</tbody></table>\n");
    }

    private static void Nodes(Html html, IReadOnlyList<NodeStory> stories)
    {
        var controls = new Controls(stories);
        controls.Write(html);
        html.WriteRaw("""
            <p class="legend"><span><i class="key ask"></i>asked</span><span><i class="key held"></i>held by a budget, webhook or policy</span><span><i class="key term"></i>terminating</span><span><i class="key bypass"></i>deleted past its budget</span><span><i class="key stuck"></i>stuck or late</span><span><i class="key gone"></i>gone</span><span><i class="key beat"></i>heartbeat</span><span><i class="key due"></i>deadline</span></p>
            <section class="nodes">

            """);
        var axis = new TimeAxis(stories.Max(story => story.Length), stories.Max(story => story.Deadline - story.Begin));
        NodeSection.Ruler(html, axis, stories.Count == 1 ? "" : "node");
        foreach (var story in stories)
        {
            new NodeSection(story, axis, html, stories.Count == 1).Write(stories.Count <= OpenAtOnce, controls.OrderOf(story), controls.ClassesOf(story));
        }

        html.WriteRaw("</section>\n");
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
