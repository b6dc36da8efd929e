using System.Diagnostics;
using System.Globalization;

namespace DrainerFunction.Bench.Storms;

/// <summary>Plays storms and puts what came of them side by side.</summary>
internal static class Storm
{
    public static string Compare(IReadOnlyList<StormSettings> all, out bool isGood)
    {
        var columns = all[0].IsScaleIn ? ScaleIn : Spot;
        var table = new Table([.. columns.Select(column => column.Name)]);
        var notes = new List<string>();
        isGood = true;
        foreach (var settings in all)
        {
            var began = Stopwatch.GetTimestamp();
            using var run = new StormRun(settings);
            var figures = run.Play();
            table.Add([.. columns.Select(column => column.Of(figures))]);
            notes.AddRange(figures.Broken.Select(broken => $"BROKEN in \"{settings}\": {broken}"));
            isGood &= figures.Broken.Count == 0;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{settings}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s; {figures.AwsCalls.Count} calls to AWS ({figures.Calls()}), at most {figures.MostWaiting} requests waited for a seat, {figures.ProcessorTime.TotalSeconds:0} s of a core; requests of the busiest cluster in a second: {figures.Course()}"));
        }

        var first = all[0];
        return string.Create(CultureInfo.InvariantCulture,
            $"{table}\n\n{first.Nodes} nodes × {first.Pods} pods, seed {first.Seed}.{(notes.Count == 0 ? " Every node was cordoned, every pod without a budget was asked, and the world had no objection." : $"\n{string.Join('\n', notes)}")}");
    }

    /// <summary>The ways to set the template that were weighed for docs/scaling.md.</summary>
    public static IReadOnlyList<StormSettings> Alternatives(StormSettings basis) =>
    [
        basis with { BatchSize = 10, MaximumConcurrency = 50, Window = TimeSpan.Zero },
        basis with { BatchSize = 10, Window = TimeSpan.Zero },
        basis with { BatchSize = 10, MaximumConcurrency = 1000, Window = TimeSpan.Zero },
        basis with { BatchSize = 25, Window = TimeSpan.FromSeconds(1) },
        basis,
        basis with { BatchSize = 100, Window = TimeSpan.FromSeconds(1) },
        basis with { Memory = 1024 },
        basis with { BatchSize = 10, Window = TimeSpan.Zero, Pollers = 10 },
        basis with { Pollers = 2 },
        basis with { Pollers = 5 },
    ];

    private static readonly (string Name, Func<StormFigures, string> Of)[] Cost =
    [
        ("requests", one => Whole(one.Requests.Count)),
        ("busiest second", one => Whole(one.MostRequests)),
        ("429", one => Whole(one.Refused)),
        ("AWS calls", one => Whole(one.AwsCalls.Count)),
        ("throttled", one => Whole(one.AwsThrottled.Count)),
        ("invocations", one => Whole(one.Invocations)),
        ("cold", one => Whole(one.ColdStarts)),
        ("GB-s", one => Whole((int)one.GigabyteSeconds)),
        ("$", one => string.Create(CultureInfo.InvariantCulture, $"{one.Dollars:0.00}")),
    ];

    private static readonly (string Name, Func<StormFigures, string> Of)[] Spot =
    [
        ("storm", one => one.Settings.ToString()),
        ("cordoned p50", one => one.P(0.5)),
        ("p99", one => one.P(0.99)),
        ("last", one => StormFigures.Seconds(one.LastCordon)),
        ("wanted", one => string.Create(CultureInfo.InvariantCulture, $"{one.Settings.Wanted.TotalSeconds:0} s: {Table.Met(one.IsReached)}")),
        ("cut", one => Whole(one.Cut)),
        ("lost", one => Whole(one.Lost)),
        ("held", one => Whole(one.Held)),
        .. Cost,
    ];

    private static readonly (string Name, Func<StormFigures, string> Of)[] ScaleIn =
    [
        ("storm", one => one.Settings.ToString()),
        ("cordoned p50", one => one.P(0.5)),
        ("last", one => StormFigures.Seconds(one.LastCordon)),
        ("last hook answered", one => StormFigures.Seconds(one.LastAnswer)),
        ("worst heartbeat gap", one => StormFigures.Seconds(one.WorstGap.TotalSeconds)),
        ("hooks timed out", one => Whole(one.TimedOut)),
        ("of them with pods", one => Whole(one.TimedOutWithPods)),
        ("calls a second: needed", one => string.Create(CultureInfo.InvariantCulture, $"{one.CallsNeeded:0.0} of {one.CallsAllowed:0}")),
        .. Cost,
    ];

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
