using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.View;
using DrainerFunction.Sandbox.World;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Told = DrainerFunction.Sandbox.View.Story;

namespace DrainerFunction.Sandbox;

public sealed class LiveViewTests : IDisposable
{
    private const string Wide = """
        name: wide
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: ["busy-{1..50}", refuge], hooks: [{ name: a-hook-with-a-long-name-that-fills-its-column, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 40, on: busy-1 }, { name: agent, kind: daemonset }]
        """;

    private readonly FakeTimeProvider _time = new(AwsRig.Start);
    private readonly SimulatedWorld _world;

    public LiveViewTests() => _world = new(_time, 1);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("scale-in", 160, 45), InlineData("scale-in", 80, 24), InlineData("spot", 80, 24), InlineData("never-joined", 80, 24), InlineData("busy-lane", 120, 30)]
    [InlineData(Wide, 80, 24), InlineData(Wide, 160, 45)]
    public void The_picture_fits_the_terminal_and_keeps_its_size_while_it_plays(string scenario, int width, int height)
    {
        var (stage, story, view) = Show(scenario);
        var before = Drawn(view, width, height);
        var victim = stage.Instance(stage.InstanceNames.First());
        lock (_world.Gate)
        {
            stage.Region(victim).Ec2.Interruptions.SpotReclaim(victim.InstanceId);
            view.Add(new(_world.Now, "lambda", "» a line\twith a tab, with 漢字, and with far more to say than there is room for " + new string('x', 300)));
        }

        _time.Advance(TimeSpan.FromSeconds(100));
        var after = Drawn(view, width, height);

        Assert.All(before.Concat(after), line => Assert.InRange(line.Length, 0, width));
        Assert.InRange(after.Count, 1, height - 1);
        Assert.Equal(before.Count, after.Count);
        Assert.Equal(before[2], after[2]);
        Assert.Equal("20 s", string.Join(' ', after[5].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^3..^1]));
        Assert.NotNull(story.DeadlineOf(victim.InstanceId));
    }

    [Fact]
    public void A_node_shows_its_state_its_pods_its_hook_and_what_is_left_of_its_time()
    {
        var (stage, _, view) = Show("scale-in");
        var victim = stage.Instance("victim");
        Assert.Contains("│ victim │ takes pods    │ ■■■■■·", Drawn(view, 160, 45)[5], StringComparison.Ordinal);
        stage.Region(victim).AutoScaling.TerminateInstanceInAutoScalingGroup(victim.InstanceId, decrement: true);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Matches("waits node-drainer +│ ━{8}╌{2}   240 s │$", Drawn(view, 160, 45)[5]);
        stage.Region(victim).AutoScaling.RecordLifecycleActionHeartbeat("workers", "node-drainer", victim.InstanceId);

        Assert.Matches("waits ♥1 node-drainer +│ ━{10}   300 s │$", Drawn(view, 160, 45)[5]);
        Assert.Matches("│ waits ♥1 node-dr… │   300 s │$", Drawn(view, 80, 24)[5]);
    }

    [Fact]
    public void Late_and_busy_nodes_come_first_and_a_line_says_how_many_are_how_far()
    {
        var (stage, _, view) = Show(Wide);
        Assert.Equal("51 nodes, none interrupted yet", Drawn(view, 160, 45)[1].Trim());
        foreach (var (name, wait) in ((string, int)[])[("busy-7", 0), ("busy-1", 30), ("busy-3", 30)])
        {
            _time.Advance(TimeSpan.FromSeconds(wait));
            var victim = stage.Instance(name);
            stage.Region(victim).AutoScaling.TerminateInstanceInAutoScalingGroup(victim.InstanceId, decrement: true);
        }

        var drawn = Drawn(view, 160, 45);

        Assert.Equal("0 of 3 drained, 0 draining, 3 waiting; nearest deadline 240 s", drawn[1].Trim());
        Assert.Equal(["busy-7", "busy-1", "busy-3"], drawn.Skip(5).Take(3).Select(row => row.Split('│', StringSplitOptions.TrimEntries)[1]));
        lock (_world.Gate)
        {
            _world.Tape.Record("kubernetes", "cordoned", stage.Instance("busy-3").NodeName, "it takes no more pods");
        }

        drawn = Drawn(view, 160, 45);

        Assert.Equal("1 of 3 drained, 0 draining, 2 waiting; nearest deadline 240 s", drawn[1].Trim());
        Assert.Equal(["busy-3", "drained"], drawn[7].Split('│', StringSplitOptions.TrimEntries)[1..3]);
    }

    [Fact]
    public void A_line_has_what_is_left_of_the_time_of_its_own_instance()
    {
        var (stage, story, _) = Show(Wide);
        foreach (var name in (string[])["busy-1", "busy-2"])
        {
            stage.Region(stage.Instance(name)).AutoScaling.TerminateInstanceInAutoScalingGroup(stage.Instance(name).InstanceId, decrement: true);
            _time.Advance(TimeSpan.FromSeconds(50));
        }

        string Said(string name) => story.Plain(story.Tell(new(_world.Now, "lambda", "log", "env", $$"""{"message":"Evicted a pod from {{stage.Instance(name).NodeName}}"}"""))!);

        Assert.Contains("(200.0 s left)", Said("busy-1"), StringComparison.Ordinal);
        Assert.Contains("(250.0 s left)", Said("busy-2"), StringComparison.Ordinal);
        Assert.DoesNotContain("left", Said("refuge"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_story_has_names_instead_of_ids_and_no_long_numbers()
    {
        var (stage, story, _) = Show("scale-in");
        var victim = stage.Instance("victim");
        var line = story.Tell(new(_world.Now, "lambda", "log", "env",
            $$"""{"message":"node {{victim.NodeName}} ({{victim.InstanceId}}) is drained by 6f8d3a2e-26fc-11e8-bca6-73dbc61c39e7"}"""))!;

        Assert.Equal("   0.00 s               lambda      » victim (victim) is drained by 6f8d3a2e", story.Short(line));
        Assert.Null(story.Tell(new(_world.Now, "lambda", "log", "env", "REPORT RequestId: 6f8d3a2e-26fc-11e8-bca6-73dbc61c39e7\tDuration: 1.00 ms")));
    }

    private (Stage Stage, Told Story, LiveView View) Show(string scenario)
    {
        var stage = new Stage(scenario.Contains('\n', StringComparison.Ordinal) ? ScenarioFiles.Parse(scenario, "wide") : ScenarioFiles.Load(scenario), _world);
        var story = new Told(stage, () => AwsRig.Start);
        _world.Tape.Recorded += happening => story.Tell(happening);
        return (stage, story, new LiveView(stage, story, 1));
    }

    private static List<string> Drawn(LiveView view, int width, int height)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(view.Draw(width, height));
        return [.. text.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r'))];
    }
}
