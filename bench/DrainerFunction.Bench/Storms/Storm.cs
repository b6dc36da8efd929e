using System.Diagnostics;
using System.Globalization;

namespace DrainerFunction.Bench.Storms;

/// <summary>Plays storms and puts what came of them side by side.</summary>
internal static class Storm
{
    public static string Compare(IReadOnlyList<StormSettings> all, out bool isGood)
    {
        var table = new Table("storm", "cordoned p50", "p99", "last", "wanted", "cut", "lost", "held", "requests", "busiest second", "429", "EC2 throttled", "invocations", "cold", "GB-s", "$");
        var notes = new List<string>();
        isGood = true;
        foreach (var settings in all)
        {
            var began = Stopwatch.GetTimestamp();
            using var run = new StormRun(settings);
            var figures = run.Play();
            table.Add(
                settings.ToString(), figures.P(0.5), figures.P(0.99), StormFigures.Seconds(figures.LastCordon),
                string.Create(CultureInfo.InvariantCulture, $"{settings.Wanted.TotalSeconds:0} s: {Table.Met(figures.IsReached)}"),
                Whole(figures.Cut), Whole(figures.Lost), Whole(figures.Held), Whole(figures.Requests.Count), Whole(figures.MostRequests), Whole(figures.Refused), Whole(figures.AwsThrottled),
                Whole(figures.Invocations), Whole(figures.ColdStarts), Whole((int)figures.GigabyteSeconds), string.Create(CultureInfo.InvariantCulture, $"{figures.Dollars:0.00}"));
            notes.AddRange(figures.Broken.Select(broken => $"BROKEN in \"{settings}\": {broken}"));
            isGood &= figures.Broken.Count == 0;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{settings}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s; {figures.AwsCalls} calls to AWS, at most {figures.MostWaiting} requests waited for a seat, {figures.ProcessorTime.TotalSeconds:0} s of a core; requests of the busiest cluster in a second: {figures.Course()}"));
        }

        var first = all[0];
        return string.Create(CultureInfo.InvariantCulture,
            $"{table}\n\n{first.Nodes} nodes × {first.Pods} pods, seed {first.Seed}.{(notes.Count == 0 ? " Every node was cordoned, every pod without a budget was asked, and the world had no objection." : $"\n{string.Join('\n', notes)}")}");
    }

    /// <summary>The ways to set the template that were weighed for docs/scaling.md.</summary>
    public static IReadOnlyList<StormSettings> Alternatives(StormSettings basis) =>
    [
        basis with { BatchSize = 10, MaximumConcurrency = 50, Window = TimeSpan.Zero },
        basis with { BatchSize = 10, MaximumConcurrency = 1000, Window = TimeSpan.Zero },
        basis with { BatchSize = 25, MaximumConcurrency = 1000, Window = TimeSpan.FromSeconds(1) },
        basis with { BatchSize = 50, MaximumConcurrency = 1000, Window = TimeSpan.FromSeconds(1) },
        basis with { BatchSize = 100, MaximumConcurrency = 1000, Window = TimeSpan.FromSeconds(1) },
        basis with { BatchSize = 10, Window = TimeSpan.Zero, Pollers = 2 },
        basis with { BatchSize = 10, Window = TimeSpan.Zero, Pollers = 5 },
        basis with { BatchSize = 10, Window = TimeSpan.Zero, Pollers = 10 },
        basis with { BatchSize = 25, Window = TimeSpan.FromSeconds(1), Pollers = 5 },
    ];

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
