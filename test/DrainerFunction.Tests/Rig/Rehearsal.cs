using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>A scenario that is written where it is tested, played in this process to its good end.</summary>
internal static class Rehearsal
{
    /// <returns>The run, for what else there is to ask; the caller disposes it.</returns>
    public static InProcessRun PlayedWell(string yaml, Action<InProcessRun>? prepare = null) => PlayedWell(ScenarioFiles.Parse(yaml, "inline"), prepare);

    /// <returns>The same, of a scenario to which something was added.</returns>
    public static InProcessRun PlayedWell(Scenario scenario, Action<InProcessRun>? prepare = null)
    {
        var run = new InProcessRun(scenario);
        prepare?.Invoke(run);
        var end = run.PlayToEnd();
        // What a line quotes ends in the line's own full stop.
        Assert.DoesNotContain(".. ", run.Log, StringComparison.Ordinal);
        Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations.Take(5))}\n{Last(run.Log)}\n{Last(run.History)}");
        return run;
    }

    private static string Last(string lines) => string.Join('\n', lines.Split('\n').TakeLast(200));
}
