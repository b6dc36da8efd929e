using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>The picture of a drain: one page without any outside resource or script, made of the finished lines of a log alone.</summary>
internal static class HtmlReport
{
    // So few that all of them can be read at once.
    private const int OpenAtOnce = 2;

    /// <returns>As <see cref="Write"/>.</returns>
    public static int WriteFile(string path, IEnumerable<string> logLines)
    {
        using var file = File.CreateText(path);
        return Write(logLines, file);
    }

    /// <returns>How many nodes the page shows; 0 when the log has no finished line, and then the page says so.</returns>
    public static int Write(IEnumerable<string> logLines, TextWriter output)
    {
        var stories = NodeStory.Of(FinishedLines.In(logLines));
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
            Nodes(html, stories);
        }

        html.WriteRaw("</main></body></html>\n");
        return stories.Count;
    }

    private static void Head(Html html, IReadOnlyList<NodeStory> stories)
    {
        var (begin, end) = (stories.Min(story => story.Begin), stories.Max(story => story.End));
        html.Write($"""
            <header><h1>Drain report</h1><p class="sub">{begin.UtcDateTime:yyyy-MM-dd HH:mm:ss} – {end.UtcDateTime:HH:mm:ss} UTC · {string.Join(", ", stories.Select(story => story.Cluster).OfType<string>().Distinct())}</p></header>
            <section class="tiles">
            """);
        var drained = stories.Where(story => story.Cordoned is not null).ToList();
        Tile(html, Count(stories.Count), stories.Count == 1 ? "node" : "nodes", string.Join(", ", stories.GroupBy(story => story.Last.Outcome).Select(same => $"{same.Count()} {NodeSection.Words(same.Key)}")), stories.Any(story => story.IsBad));
        Tile(html, Count(stories.Sum(story => story.Evicted)), "pods asked to leave", Budgets(stories), stories.Any(story => story.BypassedBudgets.Count > 0));
        if (drained.Count > 0)
        {
            var cordons = drained.Select(story => story.Cordoned!.Value - story.Begin).Order().ToList();
            Tile(html, NodeSection.Span(cordons[cordons.Count / 2]), "to the cordon", cordons.Count > 1 ? $"half of them; slowest {NodeSection.Span(cordons[^1])}" : "since the event was seen", isBad: false);
            var slowest = drained.MaxBy(story => story.Drained - story.Begin)!;
            Tile(html, NodeSection.Span(slowest.Drained - slowest.Begin), slowest.IsBad ? "until it was over" : "to the last pod gone", drained.Count > 1 ? $"the slowest: {slowest.ShortName}" : "since the event was seen", isBad: false);
        }

        if (stories.Where(story => story.NoticeLeft is not null).MinBy(story => story.NoticeLeft) is { } tightest)
        {
            var left = tightest.NoticeLeft!.Value;
            Tile(html, left < TimeSpan.Zero ? $"−{NodeSection.Span(-left)}" : NodeSection.Span(left), left < TimeSpan.Zero ? "past the deadline" : "of notice left", stories.Count > 1 ? $"the least: {tightest.ShortName}" : "when it was done", left < TimeSpan.Zero);
        }

        var invocations = stories.Sum(story => story.Invocations.Count);
        var heartbeats = stories.Sum(story => story.Heartbeats);
        Tile(html, Count(invocations), invocations == 1 ? "invocation" : "invocations", $"{Count(heartbeats)} {(heartbeats == 1 ? "heartbeat" : "heartbeats")}", isBad: false);
        html.WriteRaw("</section>\n");
    }

    private static string Budgets(IReadOnlyList<NodeStory> stories)
    {
        var bypassed = stories.SelectMany(story => story.BypassedBudgets).Distinct().Count();
        var held = stories.Sum(story => story.Pods.Count(pod => pod.HeldBy is not null));
        return bypassed > 0 ? $"{held} held, {bypassed} {(bypassed == 1 ? "budget" : "budgets")} bypassed" : held > 0 ? $"{held} of them held for a while" : "none was held";
    }

    private static void Tile(Html html, string value, string name, string more, bool isBad) =>
        html.Write($"""<div class="tile{(isBad ? " bad" : "")}"><b>{value}</b><span>{name}</span><small>{more}</small></div>""");

    private static void Nodes(Html html, IReadOnlyList<NodeStory> stories)
    {
        html.WriteRaw("""
            <p class="legend"><span><i class="key ask"></i>asked</span><span><i class="key held"></i>held by a disruption budget or webhook</span><span><i class="key term"></i>terminating</span><span><i class="key bypass"></i>deleted past its budget</span><span><i class="key stuck"></i>stuck or late</span><span><i class="key gone"></i>gone</span><span><i class="key due"></i>deadline</span></p>
            <section class="nodes">

            """);
        var overview = new TimeAxis(stories.Min(story => story.Begin), stories.Max(story => story.End), stories.Max(story => story.Deadline));
        html.WriteRaw("<div class=\"ruler top\"><span>node</span><span class=\"track\">");
        foreach (var (at, label) in overview.Ticks())
        {
            html.Write($"""<b style="left:{at}">{label}</b>""");
        }

        html.WriteRaw("</span><span class=\"took\"></span><span></span></div>\n");
        foreach (var story in stories)
        {
            new NodeSection(story, overview, html).Write(isOpen: stories.Count <= OpenAtOnce);
        }

        html.WriteRaw("</section>\n");
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
