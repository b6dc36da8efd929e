using System.Diagnostics;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Planning;
using DrainerFunction.Sandbox.Report;

namespace DrainerFunction.Reporting;

public sealed class PictureTests
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public void Every_pod_and_what_held_it_is_in_the_picture()
    {
        var page = Page(BudgetDrain());

        for (var pod = 0; pod < 11; pod++)
        {
            Assert.Contains($"shop/web-{pod}<", page, StringComparison.Ordinal);
        }

        Assert.Contains("held by shop/cart", page, StringComparison.Ordinal);
        Assert.Contains("past shop/cart", page, StringComparison.Ordinal);
        Assert.Contains("heartbeat 10:00:15.000", page, StringComparison.Ordinal);
        Assert.Equal(1, Count(page, "<details"));
        Assert.Equal(2, Count(page, "class=\"inv\""));
    }

    [Fact]
    public void A_hundred_nodes_are_a_hundred_rows_closed_at_first_the_bad_ones_on_top()
    {
        var page = Page(Burst());

        Assert.Equal(100, Count(page, "<details"));
        Assert.Equal(0, Count(page, " open>"));
        Assert.Contains("<details class=\"node bad\"", page[..(page.IndexOf("<details", StringComparison.Ordinal) + 40)], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_invocations_of_one_instance_are_one_node_and_its_pods_are_joined()
    {
        var lines = Lines(BudgetDrain());

        var story = Assert.Single(NodeStory.Of(FinishedLines.In(lines)));

        Assert.Equal(2, story.Invocations.Count);
        Assert.Equal("Drained", story.Last.Outcome);
        var cart = Assert.Single(story.Pods, pod => pod.Name == "shop/cart-0");
        Assert.Equal((Stories.Ten.AddSeconds(0.1), Stories.Ten.AddSeconds(41)), (cart.Asked, cart.Gone));
    }

    [Fact]
    public void Names_that_want_to_be_markup_stay_text()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\"'&";
        var report = BudgetDrain()[0].Report;
        report.NodeName = Hostile;
        report.Why = Hostile;
        report.Drain = report.Drain! with { Pods = [.. report.Drain.Pods.Select(pod => pod with { Name = new(Hostile, Hostile, "u"), HeldBy = Hostile })] };

        var page = Page([(report, "r-1", 30)]);

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"'&", page, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_outside_and_runs_no_script()
    {
        var page = Page(BudgetDrain());

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
        var exported = Lines(BudgetDrain()).Select(line =>
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

    [Theory]
    [InlineData("budget")]
    [InlineData("burst")]
    public async Task A_browser_shows_it(string name)
    {
        var browser = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "No Chromium on this machine (Debian: apt-get install chromium).");
        var folder = Directory.CreateDirectory(Path.Combine(Documents.Root, "artifacts", "report")).FullName;
        var (html, png) = (Path.Combine(folder, $"{name}.html"), Path.Combine(folder, $"{name}.png"));
        await File.WriteAllTextAsync(html, Page(name == "budget" ? BudgetDrain() : Burst()), TestContext.Current.CancellationToken);
        File.Delete(png);

        var shown = await RunAsync(browser!, html, png);

        Assert.Equal(name == "budget" ? 1 : 100, Count(shown, "<details"));
        Assert.True(new FileInfo(png).Length > 10_000, "The screenshot is empty.");
    }

    private static async Task<string> RunAsync(string browser, string html, string png)
    {
        var profile = Directory.CreateTempSubdirectory("drain-report-");
        try
        {
            using var chromium = Process.Start(new ProcessStartInfo(browser)
            {
                ArgumentList =
                {
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                    $"--user-data-dir={profile.FullName}", "--window-size=1240,900", $"--screenshot={png}", "--dump-dom", new Uri(html).AbsoluteUri,
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = chromium.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var dom = await chromium.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await chromium.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(chromium.ExitCode == 0, await errors);
            return dom;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private static string Page(IEnumerable<(InterruptionReport, string, double)> stories)
    {
        using var page = new StringWriter();
        HtmlReport.Write(Lines(stories), page);
        return page.ToString();
    }

    private static List<string> Lines(IEnumerable<(InterruptionReport Report, string RequestId, double Ended)> stories) =>
        [.. stories.Select(story => Stories.Finished(story.Report, requestId: story.RequestId, at: Stories.Ten.AddSeconds(story.Ended)).GetRawText())];

    // A hook's drain over two invocations, in which a disruption budget holds three pods until the deadline forces them.
    private static List<(InterruptionReport Report, string RequestId, double Ended)> BudgetDrain()
    {
        var (first, second) = (Stories.Drained(), Stories.Drained());
        var web = Enumerable.Range(0, 11).Select(number => Pod("shop", $"web-{number}", 0.1, 0.12 + (0.01 * number), 2 + (number * 1.3))).ToList();
        var agent = Pod("kube-system", "coredns-7", 17, 17.1, 22.5);
        PodReport[] carts = [.. Enumerable.Range(0, 3).Select(number => Pod("shop", $"cart-{number}", 0.1, null, null) with { HeldBy = "shop/cart", Requests = 5 })];
        first.Drain = Stories.Drain(0) with { Pods = [.. web, agent, .. carts], EndedAt = Stories.Ten.AddSeconds(26) };
        (first.Outcome, first.CompletedAt, first.Why, first.Deadline) = (InterruptionOutcome.Continues, null, "the invocation's time was spent", Deadline.Hard(Stories.Ten.AddSeconds(60)));
        (first.Heartbeats, first.HeartbeatTimes, first.Reply) = (2, [Stories.Ten.AddSeconds(0.05), Stories.Ten.AddSeconds(15)], LifecycleReply.Leave);

        var later = new InterruptionReport
        {
            Scope = second.Scope, InstanceId = second.InstanceId, Kinds = second.Kinds, MessageIds = second.MessageIds, ReceivedAt = Stories.Ten.AddSeconds(28), FirstSeen = second.FirstSeen, EventAt = second.EventAt, Attempt = 1,
            Chain = second.Chain, Cluster = second.Cluster, NodeName = second.NodeName, Hooks = second.Hooks, Outcome = InterruptionOutcome.Drained, Why = "nothing is left to evict", Reply = LifecycleReply.Continue,
            Deadline = Deadline.Hard(Stories.Ten.AddSeconds(60)), ResolvedAt = Stories.Ten.AddSeconds(28.03), CordonedAt = Stories.Ten.AddSeconds(28.04), CompletedAt = Stories.Ten.AddSeconds(49.02), Heartbeats = 2,
            HeartbeatTimes = [Stories.Ten.AddSeconds(28.1), Stories.Ten.AddSeconds(43)],
            Drain = Stories.Drain(0) with
            {
                StartedAt = Stories.Ten.AddSeconds(28),
                EndedAt = Stories.Ten.AddSeconds(49),
                Pods =
                [
                    Pod("shop", "cart-0", 28.1, 33, 41) with { HeldBy = "shop/cart", Requests = 3 },
                    Pod("shop", "cart-1", 28.1, 41.1, 49) with { HeldBy = "shop/cart", Requests = 4 },
                    Pod("shop", "cart-2", 28.1, 42, 48) with { HeldBy = "shop/cart", Requests = 4, BypassedBudget = "cart", GraceWasCut = true },
                ],
            },
        };
        return [(first, "r-1", 26.2), (later, "r-2", 49.1)];
    }

    private static List<(InterruptionReport Report, string RequestId, double Ended)> Burst()
    {
        var chance = new Random(7);
        return [.. Enumerable.Range(0, 100).Select(number => Node(number, chance))];
    }

    private static (InterruptionReport Report, string RequestId, double Ended) Node(int number, Random chance)
    {
        var (found, received) = (Stories.Found($"i-{number:x17}"), chance.NextDouble() * 0.8);
        var pods = Enumerable.Range(0, 30).Select(pod => Pod("load", $"app-{number}-{pod}", received + 0.1, received + 0.15 + (0.005 * pod), received + 5 + (chance.NextDouble() * 10))).ToList();
        var isLate = number is 17 or 63;
        if (isLate)
        {
            pods[3] = pods[3] with { GoneAt = null, IsStuck = true };
        }

        var last = pods.Max(pod => pod.GoneAt)!.Value;
        var ended = isLate ? 120.4 : (last - Stories.Ten).TotalSeconds + 0.03;
        var report = new InterruptionReport
        {
            Scope = found.Scope, InstanceId = found.InstanceId, Kinds = [InterruptionKind.SpotReclaim], MessageIds = [$"m-{number}"], ReceivedAt = Stories.Ten.AddSeconds(received), FirstSeen = Stories.Ten.AddSeconds(received - 0.05),
            EventAt = Stories.Ten, Attempt = 0, Chain = $"1795341600000-m-{number}.000000", Cluster = new(found.Scope, "prod"), NodeName = $"ip-10-0-{number / 250}-{number % 250}.eu-west-1.compute.internal",
            Deadline = Deadline.Hard(Stories.Ten.AddSeconds(120)), ResolvedAt = Stories.Ten.AddSeconds(received + 0.02), CordonedAt = Stories.Ten.AddSeconds(received + 0.04),
            Outcome = isLate ? InterruptionOutcome.DeadlineMissed : InterruptionOutcome.Drained, Why = isLate ? "the deadline has passed and a pod is still there" : "nothing is left to evict",
            Drain = Stories.Drain(0) with { Pods = pods, EndedAt = Stories.Ten.AddSeconds(ended) },
        };
        return (report, $"r-{number / 10}", ended);
    }

    private static PodReport Pod(string @namespace, string name, double asked, double? accepted, double? gone) => new()
    {
        Name = new(@namespace, name, $"u-{name}"),
        Disposition = accepted is null ? new Disposition.Await("its disruption budget", null) : new Disposition.Evict(null),
        Requests = 1,
        AskedAt = Stories.Ten.AddSeconds(asked),
        AcceptedAt = accepted is { } yes ? Stories.Ten.AddSeconds(yes) : null,
        TerminatingAt = accepted is { } begun ? Stories.Ten.AddSeconds(begun + 0.01) : null,
        GoneAt = gone is { } end ? Stories.Ten.AddSeconds(end) : null,
    };

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
