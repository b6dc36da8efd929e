using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>Plays them once, a few at a time: mostly they wait. Each test waits for its own, so that its name is what is shown meanwhile.</summary>
public sealed class PlayedScenarios : IAsyncLifetime
{
    private const int AtOnce = 3;

    /// <summary>
    /// One for each thing that only sockets and processes show: either lane, merging, death, launching, refusals.
    /// Slow enough that a process may take several real seconds to its first request before a deadline or a hook is
    /// missed: it compiles itself, and the machine may have other work. Where it has more, they are played slower.
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

    private readonly SemaphoreSlim _places = new(AtOnce);
    private Dictionary<string, Task<string?>> _played = [];

    /// <returns>What was not as it must be, or null.</returns>
    public Task<string?> WrongAsync(string name) => _played[name];

    public ValueTask InitializeAsync()
    {
        _played = Speeds.ToDictionary(each => each.Key, each => PlayAsync(each.Key, each.Value));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _places.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> PlayAsync(string name, double speed)
    {
        await _places.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var scenario = ScenarioFiles.Load(name);
            // At speed a cold start counts manyfold: order and outcome are asserted, never a narrow time.
            scenario.Expect.Within = null;
            var (end, run) = await TheFunction.PlayAsync(scenario, speed);
            return end.IsGood ? null : TheFunction.Explain(end, run);
        }
        finally
        {
            _places.Release();
        }
    }
}
