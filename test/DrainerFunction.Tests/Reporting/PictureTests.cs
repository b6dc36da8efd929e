using DrainerFunction.Sandbox.Report;

namespace DrainerFunction.Reporting;

public sealed class PictureTests
{
    [Fact]
    public void Every_pod_and_what_held_it_is_in_the_picture()
    {
        var page = Page(PictureStories.BudgetDrain());

        for (var pod = 0; pod < 11; pod++)
        {
            Assert.Contains($"shop/web-{pod}<", page, StringComparison.Ordinal);
        }

        Assert.Contains("by shop/cart", page, StringComparison.Ordinal);
        Assert.Contains("past shop/cart", page, StringComparison.Ordinal);
        Assert.Contains("heartbeat 10:00:15.000", page, StringComparison.Ordinal);
        Assert.Equal(1, page.Count("<details class=\"node"));
        Assert.Equal(2, page.Count("class=\"inv\""));
    }

    [Fact]
    public void The_page_begins_with_the_sentence_that_one_wants_to_read()
    {
        var page = Page(PictureStories.BudgetDrain());

        Assert.Contains(
            "<h1>Drained in 50 s. Held 41.9 s by budget shop/cart (cart-2 and 2 other pods). Bypassed shop/cart: the machine went at that time. Hook released 20 ms after the last pod.</h1>",
            page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale-in", "Drained in 6.2 s. Held 4.2 s by budget default/web")]
    [InlineData("spot", "of notice left.")]
    public void What_EC2_tells_after_the_end_changes_no_figure_of_a_played_scenario(string scenario, string begins)
    {
        using var run = new Rig.InProcessRun(Sandbox.Scenarios.ScenarioFiles.Load(scenario));
        run.PlayToEnd();

        var story = Assert.Single(NodeStory.Of(FinishedLines.In(run.Log.Split('\n'))));

        Assert.Contains(begins, Headline.Of(story), StringComparison.Ordinal);
        Assert.Equal("Drained", story.Last.Outcome);
        Assert.InRange(story.Completed - story.LastPodGone ?? TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Single(story.Told);
    }

    [Fact]
    public void Nodes_of_one_invocation_are_one_invocation()
    {
        var page = Page(PictureStories.Burst());

        Assert.Contains("<b>10</b><span>invocations</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_scenarios_are_one_page_with_a_filter_for_each_of_what_tells_them_apart()
    {
        var path = Path.GetTempFileName();
        var lines = PictureStories.Lines(PictureStories.Burst());
        HtmlReport.WriteFile(path, [("one", lines), ("two", lines)]);

        var page = File.ReadAllText(path);

        Assert.Equal(200, page.Count("<details class=\"node"));
        Assert.Contains("two &#183; ip-10-0-0-17<", page, StringComparison.Ordinal);
        Assert.Equal(["scenario", "outcome", "order"], System.Text.RegularExpressions.Regex.Matches(page, "<legend>([a-z]+)</legend>").Select(match => match.Groups[1].Value));
        File.Delete(path);
    }

    [Fact]
    public void A_machine_that_is_launched_and_terminated_on_one_day_has_two_rows()
    {
        using var run = new Rig.InProcessRun(Sandbox.Scenarios.ScenarioFiles.Load("warm-pool"));
        run.PlayToEnd();

        Assert.Equal(["Drained", "Launched"], NodeStory.Of(FinishedLines.In(run.Log.Split('\n'))).OrderBy(story => story.Begin).Select(story => story.Last.Outcome));
    }

    [Fact]
    public void A_hundred_nodes_are_a_hundred_rows_closed_at_first_the_bad_ones_on_top()
    {
        var page = Page(PictureStories.Burst());

        Assert.Equal(100, page.Count("<details class=\"node"));
        Assert.Equal(0, page.Count(" open>"));
        Assert.Contains("<details class=\"node bad", page[..(page.IndexOf("<details", StringComparison.Ordinal) + 40)], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_invocations_of_one_instance_are_one_node_and_its_pods_are_joined()
    {
        var lines = PictureStories.Lines(PictureStories.BudgetDrain());

        var story = Assert.Single(NodeStory.Of(FinishedLines.In(lines)));

        Assert.Equal(2, story.Told.Count);
        Assert.Equal("Drained", story.Last.Outcome);
        var cart = Assert.Single(story.Pods, pod => pod.Name == "shop/cart-0");
        Assert.Equal((Stories.Ten.AddSeconds(0.1), Stories.Ten.AddSeconds(41)), (cart.Asked, cart.Gone));
    }

    [Fact]
    public void The_deadline_is_the_one_that_held_while_pods_were_there()
    {
        var story = Assert.Single(NodeStory.Of(FinishedLines.In(PictureStories.Lines([.. PictureStories.BudgetDrain(), PictureStories.StoppingAfterwards()]))));

        Assert.Equal((3, 2, Stories.Ten.AddSeconds(60), "machine"), (story.Lines.Count, story.Told.Count, story.Deadline, story.DeadlineKind));
    }

    [Fact]
    public void Names_that_want_to_be_markup_stay_text()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\"'&";
        var report = PictureStories.BudgetDrain()[0].Report;
        report = report with { NodeName = Hostile };
        report = report with { Why = Hostile };
        report = report with { Drain = report.Drain! with { Pods = [.. report.Drain.Pods.Select(pod => pod with { Name = new(Hostile, Hostile, "u"), HeldBy = Hostile })] } };

        var page = Page([(report, "r-1", 30)]);

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"'&", page, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_outside_and_runs_no_script()
    {
        var page = Page(PictureStories.BudgetDrain());

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.All(["http:", "https:", "<script", "<link", "<img", "url(", "@import"], outside => Assert.DoesNotContain(outside, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("2026-11-22T10:00:41 2026/11/22/[$LATEST]abc {0}")]
    [InlineData("            \"message\": {1},")]
    [InlineData("{{\"timestamp\":1795341641000,\"message\":{1},\"ingestionTime\":1}}")]
    [InlineData("\"2026-11-22 10:00:41.000\",\"{2}\"")]
    public void It_reads_the_log_however_it_was_exported(string form)
    {
        var exported = PictureStories.Lines(PictureStories.BudgetDrain()).Select(line =>
            string.Format(null, form, line, $"\"{System.Text.Json.JsonEncodedText.Encode(line + "\n")}\"", line.Replace("\"", "\"\"", StringComparison.Ordinal)));

        Assert.Equal(2, FinishedLines.In([.. exported, .. exported, "START RequestId: 1", "{not json", "{\"event\":\"interruption\"}", ""]).Count);
    }

    [Fact]
    public void A_log_without_a_finished_line_says_so()
    {
        using var page = new StringWriter();

        Assert.Equal(0, HtmlReport.Write(["hello"], page));
        Assert.Contains("no finished line", page.ToString(), StringComparison.Ordinal);
    }

    private static string Page(IEnumerable<(InterruptionReport, string, double)> stories)
    {
        using var page = new StringWriter();
        HtmlReport.Write(PictureStories.Lines(stories), page);
        return page.ToString();
    }
}
