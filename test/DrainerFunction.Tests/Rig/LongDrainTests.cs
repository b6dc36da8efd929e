using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

public sealed class LongDrainTests
{
    [Theory]
    [InlineData("120s", "60s", 40)]
    [InlineData("60s", "120s", 80)]
    public void A_drain_of_forty_minutes_in_short_invocations_keeps_its_hook_alive_and_is_told_of_once(string heartbeat, string timeout, int atLeast)
    {
        using var run = new InProcessRun(FortyMinutes(heartbeat, timeout));
        run.Webhook.IsSet = true;

        var end = run.PlayToEnd();

        Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.History}");
        Assert.Equal(["started", "finished"], run.Webhook.Seen.Select(notice => notice.Word));
        var action = Assert.Single(run.Stage.Home.AutoScaling.Actions);
        Assert.Equal("call", action.EndedBy);
        Assert.True(action.Heartbeats >= atLeast, $"only {action.Heartbeats} heartbeats");
        Assert.All(
            run.Log.Split('\n').Where(line => line.Contains("\"outcome\":\"continues\"", StringComparison.OrdinalIgnoreCase) && line.Contains("goes on", StringComparison.Ordinal)),
            line => Assert.Contains("\"heldBy\":[{\"by\":\"default/web\"", line, StringComparison.Ordinal));
        Assert.True(end.Took > TimeSpan.FromMinutes(40), $"it took only {end.Took}");
    }

    [Fact]
    public void However_its_processes_die_a_long_drain_tells_of_its_end_and_no_notice_has_two_ids()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var random = new Random(seed);
            using var run = new InProcessRun(FortyMinutes("900s", "60s"), seed) { KillAfter = Enumerable.Range(0, 6).Select(_ => (long)random.Next(20, 4000)).ToHashSet() };
            run.Webhook.IsSet = true;

            var end = run.PlayToEnd();

            Assert.True(end.IsGood, $"seed {seed}: {string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.History}");
            Assert.Equal(["finished", "started"], run.Webhook.Seen.Distinct().Select(notice => notice.Word).Order());
        }
    }

    // The budget allows nothing until somebody scales up, forty minutes later.
    private static Scenario FortyMinutes(string heartbeat, string timeout) => ScenarioFiles.Parse(
        $$"""
        name: forty-minutes
        limit: 2h
        function: { timeout: {{timeout}}, environment: { MAX_DRAIN_DURATION: "7200" } }
        clusters: [{ name: shop }]
        groups:
          - name: workers
            cluster: shop
            instances: [victim, refuge]
            hooks: [{ name: node-drainer, heartbeat: {{heartbeat}} }]
        workloads:
          - { name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }
        budgets: [{ name: web, of: web, min-available: "2" }]
        events:
          - { at: 1s, scale-in: victim }
          - { at: 2405s, scale: { workload: web, replicas: 4 } }
        expect:
          nodes: { victim: drained }
          hooks: { victim: continued }
          not-before: 2410s
        """,
        "forty-minutes");
}
