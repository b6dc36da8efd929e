using DrainerFunction.Rig;
using DrainerFunction.Sandbox.Report;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Reporting;

/// <summary>
/// The picture as a browser shows it: scenarios that were played, and the two stories of <see cref="PictureStories"/>. What
/// was shown stays in artifacts/report: wide and narrow, light and dark, and as it is printed.
/// </summary>
public sealed class PictureInBrowserTests
{
    private const string Pods = "class=\"row pod\"";

    [Fact]
    public async Task The_budget_scenario_is_one_node_whose_pods_say_which_budget_held_them()
    {
        var dom = await ShowAsync("budget", Played("budget"));

        Assert.Equal((1, 1, 4), (dom.Count("<details class=\"node"), dom.Count("open=\"\""), dom.Count(Pods)));
        Assert.Equal(4, dom.Count("class=\"gone\" style"));
        Assert.Contains("by default/web", dom, StringComparison.Ordinal);
        Assert.InRange(dom.Count("<i class=\"held\""), 1, 4);
    }

    [Fact]
    public async Task The_burst_scenario_is_ten_nodes_closed_at_first_with_five_pods_each()
    {
        var dom = await ShowAsync("burst", Played("burst"));

        Assert.Equal((10, 0, 50), (dom.Count("<details class=\"node"), dom.Count("open=\"\""), dom.Count(Pods)));
        Assert.Equal(50, dom.Count("class=\"gone\" style"));
        Assert.Equal(0, dom.Count("class=\"node bad "));
    }

    [Fact]
    public async Task A_drain_over_two_invocations_that_ends_past_a_budget()
    {
        var dom = await ShowAsync("two-invocations", PictureStories.Lines(PictureStories.BudgetDrain()));

        Assert.Equal((1, 15, 2), (dom.Count("<details class=\"node"), dom.Count(Pods), dom.Count("<i class=\"inv\"")));
        Assert.Equal(1, dom.Count("<i class=\"bypass\""));
        Assert.InRange(dom.Count("<i class=\"beat\""), 1, 100);
    }

    [Fact]
    public async Task A_hundred_nodes_two_of_them_late()
    {
        var dom = await ShowAsync("hundred-nodes", PictureStories.Lines(PictureStories.Burst()));

        Assert.Equal((100, 0, 2, 3000), (dom.Count("<details class=\"node"), dom.Count("open=\"\""), dom.Count("class=\"node bad "), dom.Count(Pods)));
    }

    [Theory]
    [InlineData("f0-1", 2, "deadline missed")]
    [InlineData("f0-2", 98, "drained")]
    [InlineData("o-1", 100, "ip-10-0-0-0 ")]
    public async Task A_click_on_a_filter_or_an_order_shows_just_that(string clicked, int shown, string first)
    {
        Chromium.SkipIfMissing();
        var page = Path.Combine(Path.GetTempPath(), $"drain-report-{clicked}.html");
        HtmlReport.WriteFile(page, PictureStories.Lines(PictureStories.Burst()));
        // The page runs no script: only this copy does, to click and to say what is seen.
        File.WriteAllText(page, File.ReadAllText(page).Replace("default-src 'none'; style-src 'unsafe-inline'", "default-src 'unsafe-inline'", StringComparison.Ordinal) + $$"""
            <script>document.getElementById('{{clicked}}').click();
            const seen=[...document.querySelectorAll('.node')].filter(n=>getComputedStyle(n).display!=='none').sort((a,b)=>a.getBoundingClientRect().top-b.getBoundingClientRect().top);
            document.title=seen.length+' '+seen[0].querySelector('summary').textContent.replace(/\s+/g,' ')</script>
            """);

        var dom = await Chromium.ShowAsync(page, Path.ChangeExtension(page, ".png"), width: 1280, height: 1000, isDark: false);

        Assert.Matches($"<title>{shown} .*{first}", dom);
    }

    private static string[] Played(string scenario)
    {
        Chromium.SkipIfMissing();
        using var run = new InProcessRun(ScenarioFiles.Load(scenario));
        Assert.True(run.PlayToEnd().IsGood);
        return run.Log.Split('\n');
    }

    private static async Task<string> ShowAsync(string name, IEnumerable<string> log)
    {
        Chromium.SkipIfMissing();
        var folder = Directory.CreateDirectory(Path.Combine(Documents.Root, "artifacts", "report")).FullName;
        var page = Path.Combine(folder, $"{name}.html");
        HtmlReport.WriteFile(page, log);

        await Chromium.ShowAsync(page, Path.Combine(folder, $"{name}-dark.png"), width: 1280, height: 1000, isDark: true);
        await Chromium.ShowAsync(page, Path.Combine(folder, $"{name}-narrow.png"), width: 400, height: 1600, isDark: false);
        await Chromium.PrintAsync(page, Path.Combine(folder, $"{name}.pdf"));
        return await Chromium.ShowAsync(page, Path.Combine(folder, $"{name}.png"), width: 1280, height: 1000, isDark: false);
    }
}
