using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Sandbox.View;

/// <summary>
/// Plays scenarios one after another in front of somebody, or several at once: mostly they wait. Each has a world, ports
/// and processes of its own; of several at once each is told in one piece when it has ended.
/// </summary>
internal sealed class Repertoire(TextWriter output, bool isLive, RunSettings settings)
{
    /// <returns>In the order of the scenarios.</returns>
    public async Task<IReadOnlyList<RunSummary>> PlayAsync(IReadOnlyList<Scenario> scenarios, int atOnce, CancellationToken cancellationToken)
    {
        var summaries = new RunSummary[scenarios.Count];
        if (atOnce == 1)
        {
            var screen = new Screen(output, isLive);
            for (var i = 0; i < scenarios.Count; i++)
            {
                summaries[i] = await screen.PlayAsync(scenarios[i], settings, cancellationToken);
            }

            return summaries;
        }

        var telling = new Lock();
        await Parallel.ForEachAsync(
            LongestFirst(scenarios),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (i, cancelled) =>
            {
                var told = new StringWriter();
                summaries[i] = await new Screen(told, isLive: false).PlayAsync(scenarios[i], settings, cancelled);
                lock (telling)
                {
                    output.Write(told);
                }
            });
        return summaries;
    }

    /// <summary>By what is known beforehand, so that in the end nobody waits for one that began last.</summary>
    private static IEnumerable<int> LongestFirst(IReadOnlyList<Scenario> scenarios) =>
        Enumerable.Range(0, scenarios.Count).OrderByDescending(i => LeastSeconds(scenarios[i]));

    private static double LeastSeconds(Scenario scenario) =>
        scenario.Events.Select(happening => happening.At).Append(scenario.Expect.NotBefore ?? TimeSpan.Zero).Max().TotalSeconds / scenario.Speed;
}
