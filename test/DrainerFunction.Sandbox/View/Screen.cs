using DrainerFunction.Sandbox.Scenarios;
using Spectre.Console;

namespace DrainerFunction.Sandbox.View;

/// <summary>Plays one scenario in front of somebody: a live picture in a terminal, plain lines elsewhere.</summary>
internal sealed class Screen(TextWriter output, bool isLive)
{
    public async Task<RunSummary> PlayAsync(Scenario scenario, RunSettings settings, CancellationToken cancellationToken)
    {
        await using var run = new SandboxRun(scenario, settings);
        var story = new Story(run.Stage, () => run.Play.Start);
        var live = isLive ? new LiveView(run, story) : null;
        run.World.Tape.Recorded += happening =>
        {
            if (story.Tell(happening) is { } line)
            {
                if (live is null)
                {
                    output.WriteLine(line);
                }
                else
                {
                    live.Add(line);
                }
            }
        };
        output.WriteLine($"── {scenario.Name}: {scenario.Description}");
        var play = run.PlayAsync(cancellationToken);
        var end = live is null ? await play : await live.ShowAsync(play, cancellationToken);
        RunSummary summary;
        lock (run.World.Gate)
        {
            summary = RunSummary.Of(run, end, settings.Seed);
        }

        Write(summary);
        return summary;
    }

    private void Write(RunSummary summary)
    {
        var kubernetes = summary.Requests.Where(each => each.Key.StartsWith("kubernetes ", StringComparison.Ordinal)).Sum(each => each.Value);
        output.WriteLine($"   {(summary.Passed ? "ended as it must" : "FAILED")} after {summary.Seconds:0.0} s: {summary.PodsEvicted} pods evicted, {summary.PodsDeleted} deleted, "
            + $"{summary.PodsDiedWithoutGrace} died without their grace; {kubernetes} requests to Kubernetes, {summary.Requests.Values.Sum() - kubernetes} to AWS; "
            + $"{summary.Invocations} invocations, {summary.ColdStarts} cold starts{(summary.Kills > 0 ? $", {summary.Kills} kills" : "")}");
        if (summary is { SecondsFromEmptyToCompleted: { } reaction })
        {
            output.WriteLine($"   last pod gone → hook completed: {reaction * 1000:0} ms");
        }

        foreach (var unmet in summary.Unmet.Concat(summary.Violations.Select(violation => "never allowed: " + violation)))
        {
            output.WriteLine($"   ✗ {unmet}");
        }

        output.WriteLine();
    }
}
