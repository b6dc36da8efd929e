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
        var live = isLive ? new LiveView(run.Stage, story, run.Time.Rate) : null;
        run.World.Tape.Recorded += happening =>
        {
            if (story.Tell(happening) is not { } line)
            {
                return;
            }

            if (live is null)
            {
                output.WriteLine(story.Plain(line));
            }
            else
            {
                live.Add(line);
            }
        };
        output.WriteLine($"── {scenario.Name}: {scenario.Description}");
        var play = run.PlayAsync(cancellationToken);
        var end = live is null ? await play : await live.ShowAsync(play, AnsiConsole.Console, cancellationToken);
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
        output.WriteLine($"   {(summary.Passed ? "ended as it must" : "FAILED")} after {summary.Seconds:0.0} s: {Count(summary.PodsEvicted, "pod")} evicted, {summary.PodsDeleted} deleted, "
            + $"{summary.PodsDiedWithoutGrace} died without their grace");
        output.WriteLine($"   {Count(kubernetes, "request")} to Kubernetes, {summary.Requests.Values.Sum() - kubernetes} to AWS; "
            + $"{Count(summary.Invocations, "invocation")}, {Count(summary.ColdStarts, "cold start")}{(summary.Kills > 0 ? $", {Count(summary.Kills, "kill")}" : "")}");
        if (summary is { SecondsFromEmptyToCompleted: { } reaction })
        {
            output.WriteLine($"   last pod gone → hook completed: {reaction * 1000:0} ms");
        }

        foreach (var unmet in summary.Unmet.Concat(summary.Violations.Select(violation => "never allowed: " + violation)))
        {
            output.WriteLine($"   ✗ {unmet}");
        }

        if (summary.TooSlowTryAt is { } slower)
        {
            output.WriteLine(FormattableString.Invariant($"   this machine is too slow for speed {summary.Speed:0.#}; try --speed {slower:0.#}. That says nothing about the function"));
        }

        output.WriteLine();
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
