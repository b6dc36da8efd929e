using System.Collections.Concurrent;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>Plays them once, a few at a time: mostly they wait.</summary>
public sealed class PlayedScenarios : IAsyncLifetime
{
    private const int AtOnce = 3;

    /// <summary>
    /// One for each thing that only sockets and processes show: either lane, merging, death, launching, refusals.
    /// Slow enough that a process may take twenty real seconds to its first request before a deadline or a hook is
    /// missed: it compiles itself, and the machine may have other work.
    /// </summary>
    public static IReadOnlyDictionary<string, double> Speeds { get; } = new Dictionary<string, double>
    {
        ["crash"] = 5,
        ["launch"] = 10,
        ["throttled"] = 8,
        ["spot"] = 4,
        ["duplicates"] = 4,
        ["scale-in"] = 8,
    };

    /// <summary>By name: what was not as it must be, or null.</summary>
    public ConcurrentDictionary<string, string?> Wrong { get; } = [];

    public async ValueTask InitializeAsync() => await Parallel.ForEachAsync(
        Speeds,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
        async (each, _) => Wrong[each.Key] = await PlayAsync(each.Key, each.Value));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string?> PlayAsync(string name, double speed)
    {
        var scenario = ScenarioFiles.Load(name);
        // At speed a cold start counts manyfold: order and outcome are asserted, never a narrow time.
        scenario.Expect.Within = null;
        var (end, run) = await TheFunction.PlayAsync(scenario, speed);
        return end.IsGood ? null : TheFunction.Explain(end, run);
    }
}
