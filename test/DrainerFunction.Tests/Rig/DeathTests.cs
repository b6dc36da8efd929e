using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>Issue 4: whatever the continuation after which the process dies, the node ends drained, nothing is lost, and the drain is counted.</summary>
public sealed class DeathTests
{
    [Theory]
    [InlineData("spot")]
    [InlineData("scale-in")]
    public void An_undisturbed_drain_ends_as_the_scenario_demands(string scenario)
    {
        using var run = new InProcessRun(ScenarioFiles.Load(scenario));

        AssertGood(run, run.PlayToEnd());
    }

    [Theory]
    [InlineData("spot")]
    [InlineData("scale-in")]
    public void A_process_that_dies_after_any_continuation_loses_nothing(string name)
    {
        var scenario = ScenarioFiles.Load(name);
        scenario = scenario with { Expect = scenario.Expect with { Within = null } };
        using var undisturbed = new InProcessRun(scenario);
        var expected = undisturbed.PlayToEnd();
        AssertGood(undisturbed, expected);

        for (var k = 1L; k <= undisturbed.Steps; k++)
        {
            using var run = new InProcessRun(scenario) { KillAfter = new HashSet<long> { k } };
            var end = run.PlayToEnd();
            Assert.True(end.IsGood, Described(run, end, $"killed after continuation {k} of {undisturbed.Steps}"));
            Assert.True(run.Recovery <= Allowed(run), Described(run, end, $"killed after continuation {k}: recovered only after {run.Recovery}"));
            Assert.True(Counted(run) is 1 or 2, Described(run, end, $"killed after continuation {k}: counted {Counted(run)} times"));
        }
    }

    [Fact]
    public void A_drain_that_two_messages_tell_of_is_counted_whichever_process_dies_when()
    {
        var scenario = ScenarioFiles.Load("two-environments");
        using var undisturbed = new InProcessRun(scenario);
        undisturbed.PlayToEnd();
        Assert.Equal(1, Counted(undisturbed));

        for (var k = 1L; k <= undisturbed.Steps; k += 23)
        {
            using var run = new InProcessRun(scenario) { KillAfter = new HashSet<long> { k } };
            run.PlayToEnd();
            Assert.InRange(Counted(run), 1, 2);
        }
    }

    // A death between the line and the answer may repeat the line, as it may repeat a notice; none is lost.
    private static int Counted(InProcessRun run) => run.Log.Split("\"Interruptions\":1,").Length - 1;

    // Before the first lease the queue's own visibility counts; after it, the lease. A notice is gathered for a second each time.
    private static TimeSpan Allowed(InProcessRun run) => TimeSpan.FromSeconds(run.WasLeasedAtDeath ? 60 : 152);

    [Fact]
    public void The_batch_line_counts_the_requests_that_the_clusters_saw()
    {
        using var run = new InProcessRun(ScenarioFiles.Load("spot"));

        run.PlayToEnd();

        var counted = run.Lines.Where(line => line["event"]?.GetValue<string>() == "batch").Sum(line => line["ApiRequests"]!.GetValue<int>());
        Assert.Equal(run.Stage.Judge.KubernetesRequests, counted);
        Assert.True(counted > 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_history_to_the_letter()
    {
        using var once = new InProcessRun(ScenarioFiles.Load("scale-in"), seed: 7);
        using var again = new InProcessRun(ScenarioFiles.Load("scale-in"), seed: 7);

        once.PlayToEnd();
        again.PlayToEnd();

        Assert.Equal(once.History, again.History);
        Assert.Equal(once.Log, again.Log);
    }

    private static void AssertGood(InProcessRun run, PlayEnd end) => Assert.True(end.IsGood, Described(run, end, "undisturbed"));

    private static string Described(InProcessRun run, PlayEnd end, string how) =>
        $"{how}: unmet [{string.Join("; ", end.Unmet)}] violations [{string.Join("; ", end.Violations)}]\n{run.Log}\n{run.History}";
}
