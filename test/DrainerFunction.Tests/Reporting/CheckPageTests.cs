using System.Text.Json.Nodes;
using DrainerFunction.Rig;
using DrainerFunction.Sandbox.Report;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Reporting;

/// <summary>The page of a check: of the scenario <c>unready</c>, and of texts that are no friend's.</summary>
public sealed class CheckPageTests
{
    private static readonly Lazy<JsonObject> Unready = new(() =>
    {
        using var run = new InProcessRun(ScenarioFiles.Load("unready"));
        Assert.True(run.PlayToEnd().IsGood);
        var text = run.World.Tape.Happenings.Single(happening => happening is { Area: "lambda", What: "answered" }).Text;
        return CheckPage.Read(text[(text.IndexOf('→', StringComparison.Ordinal) + 1)..])!;
    });

    [Fact]
    public void Every_finding_and_its_mend_stands_on_the_page()
    {
        var page = Page(Unready.Value);

        var told = Unready.Value["setup"]!.AsArray().Concat(Unready.Value["clusters"]![0]!["workloads"]!.AsArray()).SelectMany(one => one!["findings"]!.AsArray()).ToList();
        Assert.InRange(told.Count, 25, 60);
        Assert.All(told, finding => Assert.Contains(System.Net.WebUtility.HtmlEncode(finding!["sentence"]!.ToString()), page, StringComparison.Ordinal));
        Assert.All(told.Where(finding => finding!["mend"] is not null), finding => Assert.Contains(System.Net.WebUtility.HtmlEncode(finding!["mend"]!.ToString()), page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_would_be_late_is_listed_and_what_only_warns_is_told_from_what_is_in_the_way()
    {
        var page = Page(Unready.Value);

        Assert.All(Unready.Value["clusters"]![0]!["lateNodes"]!.AsArray(), node => Assert.Contains($"<b>node {node!["node"]}</b>", page, StringComparison.Ordinal));
        Assert.Contains("<div class=\"subject warning\"><b>alarms</b>", page, StringComparison.Ordinal);
        Assert.Contains("<div class=\"subject problem\"><b>group bare</b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_markup_stays_a_name()
    {
        var answer = (JsonObject)Unready.Value.DeepClone();
        answer["clusters"]![0]!["workloads"]![0]!["name"] = "<script>alert(1)</script>";

        Assert.DoesNotContain("<script", Page(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"event":"interruption"}""")]
    public void A_text_that_is_no_answer_of_a_check_is_told_apart(string text) => Assert.Null(CheckPage.Read(text));

    [Theory]
    [InlineData("v-all", 11)]
    [InlineData("v-wouldBeLost", 1)]
    [InlineData("o-name", 11)]
    public async Task A_click_filters_and_sorts_the_table_in_a_browser(string clicked, int shown)
    {
        Chromium.SkipIfMissing();
        var folder = Directory.CreateDirectory(Path.Combine(Documents.Root, "artifacts", "report")).FullName;
        var page = Path.Combine(folder, $"check-{clicked}.html");
        CheckPage.WriteFile(page, Unready.Value);
        await Chromium.ShowAsync(page, Path.Combine(folder, $"check-{clicked}.png"), width: 1280, height: 2400, isDark: false);
        // The page runs no script: only this copy does, to click and to say what is seen.
        File.WriteAllText(page, File.ReadAllText(page).Replace("default-src 'none'; style-src 'unsafe-inline'", "default-src 'unsafe-inline'", StringComparison.Ordinal) + $$"""
            <script>document.getElementById('{{clicked}}').click();
            const seen=[...document.querySelectorAll('.w:not(.head)')].filter(w=>getComputedStyle(w).display!=='none').sort((a,b)=>a.getBoundingClientRect().top-b.getBoundingClientRect().top);
            document.title=seen.length+' '+seen.map(w=>w.firstElementChild.firstChild.textContent).join(' ')</script>
            """);

        var dom = await Chromium.ShowAsync(page, Path.ChangeExtension(page, ".clicked.png"), width: 1280, height: 2400, isDark: false);

        var title = dom[(dom.IndexOf("<title>", StringComparison.Ordinal) + 7)..dom.IndexOf("</title>", StringComparison.Ordinal)].Split(' ');
        Assert.Equal(shown, int.Parse(title[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(clicked is not "o-name" || title.Skip(1).SequenceEqual(title.Skip(1).Order(StringComparer.Ordinal)), string.Join(' ', title));
    }

    private static string Page(JsonObject answer)
    {
        using var page = new StringWriter();
        CheckPage.Write(answer, page);
        return page.ToString();
    }
}
