using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>A scheduled change is followed wherever its date goes, and what was done for it is undone when it is called off.</summary>
public sealed class ScheduledChangeTests
{
    private const string Shop = """
        name: maintenance
        limit: 6h
        clusters: [{ name: shop }]
        instances: [{ name: victim }, { name: refuge }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        """;

    [Theory]
    [InlineData("10h", "90m", 35.1)]
    [InlineData("70m", "3h", 125)]
    [InlineData("70m", "65m", 10)]
    public void A_date_that_moves_is_followed(string first, string moved, double cordonedAt)
    {
        using var run = Played($$"""
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: {{first}} } }, { at: 5m, move: { instance: victim, in: {{moved}} } }]
            expect: { nodes: { victim: drained, refuge: untouched }, messages-left: 0 }
            """);

        AssertAt(cordonedAt, run, "cordoned");
    }

    // EC2 lists the new date and no event tells of it: the message that waits looks at every hop.
    [Theory]
    [InlineData("10h", "65m", 15.1)]
    [InlineData("70m", "3h", 125)]
    public void A_date_that_moves_in_silence_is_noticed_at_the_next_hop(string first, string moved, double cordonedAt)
    {
        using var run = Played(
            $$"""
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: {{first}} } }]
            expect: { nodes: { victim: drained, refuge: untouched }, messages-left: 0 }
            """,
            Move);

        void Move(InProcessRun run)
        {
            var (id, date) = (run.Stage.Instance("victim").InstanceId, run.World.Now + Durations.Parse(moved));
            run.Stage.Home.Ec2.Change(id, instance => instance with { Events = [.. instance.Events.Select(one => one with { NotBefore = date })] });
        }

        AssertAt(cordonedAt, run, "cordoned");
    }

    // The drain waits for a pod of four minutes when the change is put off; what is left stays until the change is near again.
    [Fact]
    public void A_drain_under_way_stops_at_its_hop_when_the_date_moves_out_of_reach()
    {
        using var run = Played("""
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 30m } }, { at: 3m, move: { instance: victim, in: 5h } }, { at: 20m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: lifted, refuge: untouched }, messages-left: 2, not-before: 60m }
            """);

        Assert.Contains("AWS moved its scheduled change", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_was_drained_for_a_date_that_is_put_off_takes_pods_until_the_new_one_is_near()
    {
        using var run = Played("""
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 50m } }, { at: 10m, move: { instance: victim, in: 3h } }, { at: 12m, invoke: '{"sweep":{}}' }, { at: 16m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { victim: drained, refuge: untouched }, messages-left: 0, not-before: 150m }
            """);

        Assert.Equal(["cordoned", "uncordoned", "cordoned"], Cordons(run).Select(one => one.What));
        Assert.Equal([0, 12, 130], Cordons(run).Select(one => (int)Math.Round((one.At - Start(run)).TotalMinutes)));
    }

    [Fact]
    public void A_change_that_is_called_off_during_the_drain_lifts_the_cordon_and_leaves_the_pods_that_are_left()
    {
        using var run = Played("""
            budgets: [{ name: web, of: web, max-unavailable: "0" }]
            events: [{ at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 30m } }, { at: 3m, cancel: victim }]
            expect: { nodes: { victim: lifted, refuge: untouched }, evictions: { web: 0 }, messages-left: 0, not-before: 40m }
            """);

        Assert.Equal(["cordoned", "uncordoned"], Cordons(run).Select(one => one.What));
    }

    [Fact]
    public void A_change_that_is_called_off_before_it_was_due_touches_nothing() => Played("""
        events: [{ at: 1s, maintenance: { instance: victim, code: system-reboot, in: 2h } }, { at: 5m, cancel: victim }]
        expect: { nodes: { victim: untouched }, messages-left: 0, not-before: 150m }
        """).Dispose();

    [Fact]
    public void After_a_reboot_the_cordon_is_lifted_once_the_node_is_ready_in_its_new_life_and_not_before()
    {
        using var run = Played("""
            events: [{ at: 1s, maintenance: { instance: victim, code: system-reboot, in: 5m } }]
            expect: { nodes: { victim: lifted, refuge: untouched }, messages-left: 0 }
            """);

        var lifted = Assert.Single(Cordons(run), one => one.What == "uncordoned").At;
        var ready = run.World.Tape.Happenings.Last(one => one is { Area: "kubernetes", What: "node-ready" } && one.Subject == run.Stage.Instance("victim").NodeName).At;
        Assert.InRange(lifted, ready, ready + TimeSpan.FromSeconds(30));
        Assert.True(lifted > Start(run) + TimeSpan.FromMinutes(5), $"{lifted:O}");
    }

    [Fact]
    public void After_a_retirement_it_is_not_although_ec2_says_for_thirty_seconds_that_the_machine_runs()
    {
        using var run = Played("""
            events: [{ at: 0s, fault: { kind: lag, for: 30s } }, { at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 5m } }]
            expect: { nodes: { victim: drained, refuge: untouched }, messages-left: 0, not-before: 20m }
            """);

        Assert.Equal(["cordoned"], Cordons(run).Select(one => one.What));
    }

    [Fact]
    public void Of_the_instances_of_one_message_one_that_is_drained_is_not_handled_again_when_the_message_goes_on_for_another()
    {
        using var run = Rehearsal.PlayedWell("""
            name: several
            limit: 100m
            clusters: [{ name: shop }]
            instances: [{ name: victim }, { name: second }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 200s, grace: 300s }, { name: more, replicas: 2, on: second, stops-in: 2s }]
            events:
              - { at: 1s, maintenance: { instance: victim, code: instance-retirement, in: 30m, silent: true, happens-in: 60m } }
              - { at: 1s, maintenance: { instance: second, code: instance-retirement, in: 30m, silent: true, happens-in: 60m } }
              - { at: 2s, message: { body: '{"version":"0","id":"x","time":"{now}","account":"{account}","region":"{region}","source":"aws.health","detail-type":"AWS Health Event","detail":{"service":"EC2","eventTypeCategory":"scheduledChange","eventArn":"arn:x","eventTypeCode":"AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED","startTime":"2026-11-22T12:30:01Z","affectedEntities":[{"entityValue":"{instance:victim}"},{"entityValue":"{instance:second}"},{"entityValue":"i-00000000000000fff"}]}}' } }
            expect: { nodes: { victim: drained, second: drained, refuge: untouched } }
            """);

        Assert.Equal(["Drained"], Outcomes("second"));
        Assert.Equal("Drained", Assert.Single(Outcomes("victim"), outcome => outcome != "Continues"));

        IEnumerable<string> Outcomes(string name) => run.Interruptions(name).Where(line => line["level"]!.ToString() != "DEBUG").Select(line => line["Outcome"]!.ToString());
    }

    private static DateTimeOffset Start(InProcessRun run) => run.World.Tape.Happenings[0].At;

    private static IReadOnlyList<Sandbox.World.Happening> Cordons(InProcessRun run) =>
        [.. run.World.Tape.Happenings.Where(one => one is { Area: "kubernetes", What: "cordoned" or "uncordoned" } && one.Subject == run.Stage.Instance("victim").NodeName)];

    private static void AssertAt(double minutes, InProcessRun run, string what) =>
        Assert.Equal(minutes, (Assert.Single(Cordons(run), one => one.What == what).At - Start(run)).TotalMinutes, tolerance: 0.2);

    /// <param name="story">Events and expectations; other workloads, where it begins with them.</param>
    /// <param name="afterFiveMinutes">What happens besides.</param>
    private static InProcessRun Played(string story, Action<InProcessRun>? afterFiveMinutes = null) => Rehearsal.PlayedWell(
        story.StartsWith("workloads:", StringComparison.Ordinal) ? $"{Shop[..Shop.IndexOf("workloads:", StringComparison.Ordinal)]}{story}" : $"{Shop}\n{story}",
        run => run.World.Agenda.After(TimeSpan.FromMinutes(5), () => afterFiveMinutes?.Invoke(run)));
}
