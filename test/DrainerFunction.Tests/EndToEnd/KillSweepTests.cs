using System.Collections.Concurrent;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>
/// Rig B: the program dies before and after every request of a drain, and each time another process finishes the work.
/// Only requests have effects, so this is every death that can be told from outside.
/// </summary>
[Collection("processes")]
public sealed class KillSweepTests(ITestOutputHelper output)
{
    /// <summary>What a drain cannot do without: a sweep that misses one of them proves nothing.</summary>
    private static readonly string[] Indispensable =
    [
        "ChangeMessageVisibilityBatch", "RecordLifecycleActionHeartbeat", "patch nodes", "create pods/eviction", "CompleteLifecycleAction",
    ];

    /// <summary>Mostly they wait: for a lease to end, for a process to start.</summary>
    private static readonly int AtOnce = TheFunction.IsNative ? 6 : 4;

    [Fact]
    public async Task Wherever_the_process_dies_the_node_ends_drained_and_its_hook_completed_once()
    {
        var requests = await RequestsOfEveryDrainAsync();
        Assert.All(Indispensable, operation => Assert.Contains(requests, request => request.Request == operation));
        var deaths = requests.Where(request => TheFunction.IsNative || IsWrite(request.Request)).SelectMany(request => (KillPoint[])[request, request with { After = true }]).ToList();
        var recoveries = await DieTogetherAsync(deaths);
        foreach (var (death, recovery) in recoveries.Where(each => each.Value.Wrong is not null).ToList())
        {
            // Simulated time goes on while a loaded machine does not: what failed in company must fail alone, too.
            var alone = await Death.AtAsync(death);
            recoveries[death] = alone.Wrong is { } still ? Recovery.Not($"{recovery.Wrong}{Environment.NewLine}and alone: {still}") : alone;
        }

        var failures = recoveries.Where(each => each.Value.Wrong is not null).Select(each => $"{each.Key}: {each.Value.Wrong}").ToList();
        output.WriteLine($"{requests.Count} requests, {deaths.Count} deaths: {deaths.Count - failures.Count} recovered, {failures.Count} did not");
        output.WriteLine($"slowest recovery: {Slowest(true):0.0} s with a lease, {Slowest(false):0.0} s before the first one");
        Assert.True(failures.Count == 0, $"{failures.Count} of {deaths.Count} deaths:{Environment.NewLine}{string.Join(Environment.NewLine + Environment.NewLine, failures)}");

        double Slowest(bool leased) => recoveries.Values.Where(one => one.Wrong is null && one.WasLeased == leased).Select(one => one.Took.TotalSeconds).DefaultIfEmpty().Max();
    }

    [Fact]
    public async Task A_death_that_does_not_come_is_no_recovery() =>
        Assert.Contains("nothing died at CompleteLifecycleAction#9:before", (await Death.AtAsync(new("CompleteLifecycleAction", 9, After: false))).Wrong, StringComparison.Ordinal);

    /// <summary>
    /// By operation, for concurrent requests come in another order each time; those that every one of three drains makes,
    /// for a second environment, or a cache that has just run out, depend on the machine.
    /// </summary>
    private static async Task<IReadOnlyList<KillPoint>> RequestsOfEveryDrainAsync()
    {
        List<Dictionary<string, int>> drains = [];
        while (drains.Count < 3)
        {
            drains.Add((await Death.RequestsAsync()).GroupBy(request => request.Operation).ToDictionary(group => group.Key, group => group.Count()));
        }

        return
        [
            .. from operation in drains[0].Keys.Order(StringComparer.Ordinal)
               from number in Enumerable.Range(1, drains.Min(drain => drain.GetValueOrDefault(operation)))
               select new KillPoint(operation, number, After: false),
        ];
    }

    /// <summary>
    /// A process that compiles itself costs two seconds of a core: then only the writes, for a read leaves nothing behind
    /// that its neighbours do not. With the native program (.ci/run) every request.
    /// </summary>
    private static bool IsWrite(string operation) =>
        operation is "CompleteLifecycleAction" or "RecordLifecycleActionHeartbeat"
        || operation.StartsWith("ChangeMessageVisibility", StringComparison.Ordinal)
        || operation.StartsWith("patch ", StringComparison.Ordinal)
        || operation.StartsWith("create ", StringComparison.Ordinal);

    private static async Task<ConcurrentDictionary<KillPoint, Recovery>> DieTogetherAsync(IReadOnlyList<KillPoint> deaths)
    {
        var recoveries = new ConcurrentDictionary<KillPoint, Recovery>();
        await Parallel.ForEachAsync(
            deaths,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (death, _) => recoveries[death] = await Death.AtAsync(death));
        return recoveries;
    }
}
