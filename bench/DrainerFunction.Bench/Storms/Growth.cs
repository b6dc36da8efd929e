using System.Globalization;

namespace DrainerFunction.Bench.Storms;

/// <summary>How the work of drains grows with the nodes and with the pods of each: storms without budgets, that end before the machines do.</summary>
internal static class Growth
{
    private const int PodsOfMany = 30;
    private const int NodesOfFull = 10;

    private static readonly (string Name, Func<StormFigures, double> Of)[] Columns =
    [
        ("Kubernetes requests", one => one.Requests.Count),
        ("a node", one => (double)one.Requests.Count / one.Nodes.Count),
        ("calls to EC2", one => CallsTo(one, "ec2")),
        ("to EKS", one => CallsTo(one, "eks")),
        ("to SQS", one => CallsTo(one, "sqs")),
        ("invocations", one => one.Invocations),
        ("processor, s of a core", one => one.ProcessorTime.TotalSeconds),
    ];

    public static string Measure(int seed, out bool isGood)
    {
        var table = new Table(["nodes", "pods a node", .. Columns.Select(column => column.Name)]);
        List<string> broken = [];
        AddSeries([.. ((int[])[1, 10, 100, 1000]).Select(nodes => (nodes, PodsOfMany))], figures => figures.Nodes.Count);
        AddSeries([.. ((int[])[10, 100, 500]).Select(pods => (NodesOfFull, pods))], figures => figures.Settings.Pods);
        isGood = broken.Count == 0;
        return $"{table}\n\nOne cluster, seed {seed.ToString(CultureInfo.InvariantCulture)}.{(isGood ? " Every node was cordoned and every pod asked." : $"\n{string.Join('\n', broken)}")}";

        void AddSeries(IReadOnlyList<(int Nodes, int Pods)> sizes, Func<StormFigures, double> size)
        {
            var series = sizes.Select(of => Play(of.Nodes, of.Pods, seed)).ToList();
            broken.AddRange(series.SelectMany(figures => figures.Broken));
            foreach (var figures in series)
            {
                table.Add([.. ((double[])[figures.Nodes.Count, figures.Settings.Pods]).Select(Whole), .. Columns.Select(column => Table.Number(column.Of(figures)))]);
            }

            table.Add(["", "*exponent*", .. Columns.Select(column => ExponentOf(series.Select(figures => (size(figures), column.Of(figures)))))]);
        }
    }

    private static StormFigures Play(int nodes, int pods, int seed)
    {
        using var run = new StormRun(new() { Nodes = nodes, Pods = pods, Clusters = 1, Seed = seed, OneGuardedIn = 0, IsDrainsOnly = true });
        return run.Play();
    }

    private static double CallsTo(StormFigures figures, string service) => figures.AwsCalls.Count(call => call.StartsWith($"{service}:", StringComparison.Ordinal));

    /// <summary>The slope of the straight line through the logarithms: 0 for what does not grow, 1 for what grows with the size.</summary>
    private static string ExponentOf(IEnumerable<(double Size, double Value)> points)
    {
        var logs = points.Select(point => (X: Math.Log(point.Size), Y: Math.Log(point.Value))).ToList();
        var (x, y) = (logs.Average(log => log.X), logs.Average(log => log.Y));
        return (logs.Sum(log => (log.X - x) * (log.Y - y)) / logs.Sum(log => (log.X - x) * (log.X - x))).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
