using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.Report;

/// <summary>The picture of a check, made of its answer alone: the set-up as a checklist, the readiness as a table to filter and to sort. Neither script nor outside resource.</summary>
internal static class CheckPage
{
    private static readonly (string Verdict, string Words)[] Verdicts = [("wouldBeLost", "would be lost"), ("wouldBeCut", "would be cut"), ("ready", "ready")];

    private const string Style = """
        .list{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:0 14px;margin-top:8px}
        h2{font-size:15px;font-weight:650;margin:26px 2px 0}
        .subject{border-top:1px solid var(--line);padding:9px 0}.subject:first-child{border-top:0}
        .subject>b{font-weight:600;overflow-wrap:anywhere}.subject>b::before{display:inline-block;width:20px}
        .subject.ok>b::before{content:"✓";color:var(--good)}.subject.problem>b::before{content:"✗";color:var(--bad)}.subject.warning>b::before{content:"!";color:var(--held);padding-left:3px;width:20px}.subject.notChecked>b::before{content:"?";color:var(--soft)}
        .subject.ok{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;padding:4px 0}.subject.ok>b{padding-left:20px;text-indent:-20px}.subject.ok>b::before{text-indent:0}
        .passed{color:var(--soft);font-size:12px;margin:1px 0 0 20px}.subject.ok .passed{margin:0 0 0 20px}
        .finding{margin:6px 0 0 20px;overflow-wrap:anywhere}.finding code{font-size:12px}
        .finding .id{font-weight:600}.finding.error .id{color:var(--bad)}.finding.notChecked .id{color:var(--soft)}
        .mend{display:block;margin-top:2px;padding:3px 8px;background:var(--grid);border-radius:6px;font:12px ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap}
        .table{display:flex;flex-direction:column}
        .w{border-top:1px solid var(--line);padding:8px 0;display:grid;grid-template-columns:minmax(140px,280px) 110px 90px minmax(0,1fr);gap:4px 12px;align-items:start}
        .w.head{border-top:0;color:var(--soft);font-size:12px;order:-1}.w>*{min-width:0;overflow-wrap:anywhere}
        .w .badge{background:var(--plainbg)}.w.wouldBeLost .badge{background:var(--badbg);color:var(--bad);font-weight:600}.w.ready .badge{background:var(--goodbg);color:var(--good)}
        .w .where{display:block;color:var(--soft);font-size:12px}.w .finding{margin:0 0 6px}
        @media screen and (max-width:760px){.w{grid-template-columns:minmax(0,1fr) auto}.w>:nth-child(4){grid-column:1/3}.w.head{display:none}}
        @media print{.w{break-inside:avoid}}
        """;

    /// <returns>The answer; null when a text is none.</returns>
    public static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject answer && answer["setup"] is JsonArray && answer["clusters"] is JsonArray && answer["summary"] is JsonArray ? answer : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    public static void WriteFile(string path, JsonObject answer)
    {
        using var file = File.CreateText(path);
        Write(answer, file);
    }

    public static void Write(JsonObject answer, TextWriter output)
    {
        var html = new Html(output);
        var workloads = Workloads(answer).ToList();
        html.WriteRaw($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Check</title>
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <style>{Stylesheet.Text}{Style}{Rules()}</style></head><body><main>

            """);
        html.Write($"""<header><h1>{Text(answer["summary"]![0])}</h1><p class="sub">{Text(answer["checkedAt"]).Replace('T', ' ').Replace("Z", " UTC", StringComparison.Ordinal)} · {(Flag(answer["ok"]) ? "ok" : "not ok")}</p></header>""");
        Tiles(html, answer);
        SetUp(html, answer);
        Readiness(html, answer, workloads);
        html.WriteRaw("</main></body></html>\n");
    }

    private static void Tiles(Html html, JsonObject answer)
    {
        html.WriteRaw("<section class=\"tiles\">\n");
        Tile(html, $"{Number(answer["problems"])}", "problems of the set-up", Number(answer["problems"]) > 0);
        Tile(html, $"{Number(answer["notChecked"])}", "points not checked", isBad: false);
        foreach (var (verdict, words) in Verdicts)
        {
            var pods = Clusters(answer).Sum(cluster => Number(cluster["pods"]?[verdict]));
            Tile(html, pods.ToString("N0", CultureInfo.InvariantCulture), $"pods {words}", isBad: verdict != "ready" && pods > 0);
        }

        html.WriteRaw("</section>\n");
    }

    private static void Tile(Html html, string value, string name, bool isBad) =>
        html.Write($"""<div class="tile{(isBad ? " bad" : "")}"><b>{(isBad ? "▲ " : "")}{value}</b><span>{name}</span></div>""");

    private static void SetUp(Html html, JsonObject answer)
    {
        html.WriteRaw("<h2>Set-up</h2><section class=\"list\">\n");
        foreach (var subject in Items(answer["setup"]))
        {
            var isInTheWay = Items(subject["findings"]).Any(finding => Text(finding["severity"]) is "error" && Text(finding["state"]) is "problem");
            html.Write($"""<div class="subject {(Text(subject["state"]) is "problem" && !isInTheWay ? "warning" : Text(subject["state"]))}"><b>{Text(subject["subject"])}</b>""");
            foreach (var finding in Items(subject["findings"]))
            {
                Finding(html, $"{Text(finding["severity"])} {Text(finding["state"])}", Text(finding["id"]), finding);
            }

            if (subject["passed"] is JsonArray { Count: > 0 } passed)
            {
                html.Write($"""<p class="passed">{(Text(subject["state"]) is "ok" ? "" : "✓ ")}{string.Join(", ", passed.Select(Text))}</p>""");
            }

            html.WriteRaw("</div>\n");
        }

        html.WriteRaw("</section>\n");
    }

    private static void Readiness(Html html, JsonObject answer, List<(JsonObject Cluster, JsonObject Workload)> workloads)
    {
        html.WriteRaw("<h2>Ready for a two-minute notice?</h2>\n");
        foreach (var sentence in ((JsonArray)answer["summary"]!).Skip(1))
        {
            html.Write($"""<p class="sub">{Text(sentence)}</p>""");
        }

        LateNodes(html, answer);
        if (workloads.Count == 0)
        {
            return;
        }

        Controls(html, workloads);
        html.WriteRaw("<section class=\"list table\"><div class=\"w head\"><span>workload</span><span>verdict</span><span>pods here</span><span>what would happen, and what mends it</span></div>\n");
        var byName = workloads.OrderBy(one => Name(one.Workload), StringComparer.Ordinal).Select((one, index) => (one.Workload, index)).ToDictionary(one => one.Workload, one => one.index);
        var byPods = workloads.OrderByDescending(one => Number(one.Workload["pods"])).Select((one, index) => (one.Workload, index)).ToDictionary(one => one.Workload, one => one.index);
        foreach (var (cluster, workload) in workloads)
        {
            var verdict = Text(workload["verdict"]);
            html.Write($"""<div class="w {verdict}" style="--name:{byName[workload]};--pods:{byPods[workload]}"><span>{Name(workload)}<span class="where">{Text(workload["kind"])} · {Text(cluster["cluster"])}</span></span><span><span class="badge">{Words(verdict)}</span></span><span>{Number(workload["pods"])} of {Number(workload["replicas"])}</span><span>""");
            foreach (var finding in Items(workload["findings"]))
            {
                Finding(html, Text(finding["verdict"]) == "ready" ? "notChecked" : "error", Text(finding["id"]), finding);
            }

            html.WriteRaw("</span></div>\n");
        }

        html.WriteRaw("</section>\n");
        if (Clusters(answer).Sum(cluster => Number(cluster["moreWorkloads"])) is > 0 and var more)
        {
            html.Write($"""<p class="more">and {more} more workloads that are not listed</p>""");
        }
    }

    private static void LateNodes(Html html, JsonObject answer)
    {
        var late = Clusters(answer).SelectMany(cluster => Items(cluster["lateNodes"])).ToList();
        if (late.Count == 0)
        {
            return;
        }

        html.WriteRaw("<section class=\"list\">\n");
        foreach (var node in late)
        {
            var needs = node["needsSeconds"] is { } seconds ? $"need {Number(seconds)} s of {Number(node["hasSeconds"])} s" : "have no time by which all are gone: a budget allows nothing";
            html.Write($"""<div class="subject problem"><b>node {Text(node["node"])}</b> <span class="passed">{Number(node["pods"])} pods {needs}</span></div>""");
        }

        html.WriteRaw("</section>\n");
    }

    private static void Finding(Html html, string classes, string id, JsonObject finding)
    {
        html.Write($"""<div class="finding {classes}"><span class="id">{id}</span> {Text(finding["sentence"])}""");
        if (finding["mend"] is { } mend)
        {
            html.Write($"""<code class="mend">{Text(mend)}</code>""");
        }

        html.WriteRaw("</div>\n");
    }

    private static void Controls(Html html, List<(JsonObject Cluster, JsonObject Workload)> workloads)
    {
        html.WriteRaw("<div class=\"controls\"><fieldset><legend>show</legend><label><input type=\"radio\" name=\"v\" id=\"v-all\" checked><span>all</span></label>");
        foreach (var (verdict, words) in Verdicts)
        {
            html.Write($"""<label><input type="radio" name="v" id="v-{verdict}"><span>{words} ({workloads.Count(one => Text(one.Workload["verdict"]) == verdict)})</span></label>""");
        }

        html.WriteRaw("</fieldset><fieldset><legend>order</legend><label><input type=\"radio\" name=\"o\" id=\"o-worst\" checked><span>worst first</span></label><label><input type=\"radio\" name=\"o\" id=\"o-pods\"><span>most pods</span></label><label><input type=\"radio\" name=\"o\" id=\"o-name\"><span>name</span></label></fieldset></div>\n");
    }

    private static string Rules() => string.Concat(Verdicts.Select(one => $"main:has(#v-{one.Verdict}:checked) .w:not(.head):not(.{one.Verdict}){{display:none}}"))
        + "main:has(#o-pods:checked) .w:not(.head){order:var(--pods)}main:has(#o-name:checked) .w:not(.head){order:var(--name)}";

    private static IEnumerable<(JsonObject Cluster, JsonObject Workload)> Workloads(JsonObject answer) =>
        from cluster in Clusters(answer)
        from workload in Items(cluster["workloads"])
        orderby Array.FindIndex(Verdicts, one => one.Verdict == Text(workload["verdict"]))
        select (cluster, workload);

    private static string Name(JsonObject workload) => $"{Text(workload["namespace"])}/{Text(workload["name"])}";

    private static string Words(string verdict) => Verdicts.FirstOrDefault(one => one.Verdict == verdict).Words ?? verdict;

    private static IReadOnlyList<JsonObject> Clusters(JsonObject answer) => Items(answer["clusters"]);

    private static List<JsonObject> Items(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonObject>()];

    private static string Text(JsonNode? node) => node is JsonValue ? node.ToString() : "";

    private static bool Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static int Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? (int)number : 0;
}
