namespace DrainerFunction.Bench.Storms;

/// <summary>One storm: how large it is, and how the template would be set.</summary>
internal sealed record StormSettings
{
    public int Nodes { get; init; } = 1000;

    public int Pods { get; init; } = 30;

    public int Clusters { get; init; } = 20;

    public int Seed { get; init; } = 1;

    /// <summary>The function's memory in MB, and with it its share of a core; null: the template's.</summary>
    public int? Memory { get; init; }

    /// <summary>Null: the template's.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Null: the template's.</summary>
    public int? MaximumConcurrency { get; init; }

    /// <summary>Null: the template's.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Provisioned pollers of the urgent queue; 0: none, and the mapping's own ramp.</summary>
    public int Pollers { get; init; }

    /// <summary>Auto Scaling takes the nodes, a hook holds each, and its pods take up to ten; otherwise EC2 takes them with two minutes' notice.</summary>
    public bool IsScaleIn { get; init; }

    /// <summary>The HeartbeatTimeout of a scale-in's hooks.</summary>
    public TimeSpan Hook { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How many calls a second Auto Scaling answers in an account and region; null: as many as the sandbox assumes.</summary>
    public int? CallsPerSecond { get; init; }

    /// <summary>How often the processor's times are multiplied: how far the figures depend on them.</summary>
    public int Slower { get; init; } = 1;

    /// <summary>One pod in so many is under a budget; 0: none.</summary>
    public int OneGuardedIn { get; init; } = 10;

    /// <summary>It ends before the machines do, so that only the drains are counted and not what is told of them afterwards.</summary>
    public bool IsDrainsOnly { get; init; }

    /// <summary>All notices come within this time.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What is wanted: the mapping's ramp adds a batch every 200 ms, a poller has ten at once.</summary>
    public TimeSpan Wanted => Pollers > 0 ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(10);

    public override string ToString() => string.Join(", ",
        [
            .. IsScaleIn ? [$"{Nodes} nodes scaled in, hooks of {Hook.TotalSeconds:0} s"] : (string[])[],
            .. CallsPerSecond is { } calls ? [$"{calls} calls a second"] : (string[])[],
            $"{Clusters} cluster{(Clusters == 1 ? "" : "s")}",
            BatchSize is { } size ? $"batches of {size}" : "batches as in the template",
            .. Window is { } window ? [$"window {window.TotalSeconds:0} s"] : (string[])[],
            MaximumConcurrency is { } most ? $"at most {most}" : "at most as in the template",
            Pollers > 0 ? $"{Pollers} pollers" : "no pollers",
            .. Memory is { } memory ? [$"{memory} MB"] : (string[])[],
            .. Slower > 1 ? [$"a processor {Slower} times slower"] : (string[])[],
        ]);
}

/// <summary>
/// What the simulation takes for granted. The processor's times are a whole core's and follow from what docs/benchmark.md
/// measures ("For a model"); the others are assumptions, drawn from a seed.
/// </summary>
internal static class StormModel
{
    /// <summary>Lambda gives a whole core at this memory, and the share in proportion.</summary>
    public const double WholeCoreMegabytes = 1769;

    /// <summary>What a process spends once, when it handles its first event: <c>bench share</c>, a cold drain less a warm one, 4 to 9 ms.</summary>
    public static readonly TimeSpan FirstUse = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// To write a request and to read its answer. An evicted pod is one request and four events of a watch, and costs 0.4 ms more in
    /// <c>bench growth</c>; a node's own four requests and what belongs to an invocation are not told apart, so this is rounded up to all of it.
    /// </summary>
    public static readonly TimeSpan PerRequest = TimeSpan.FromMilliseconds(0.4);

    public static readonly TimeSpan PerWatchEvent = TimeSpan.FromMilliseconds(0.05);

    /// <summary>Lambda finds a machine, loads the zip and starts the process, at full speed.</summary>
    public static readonly (TimeSpan Median, double Sigma) ColdStart = (TimeSpan.FromMilliseconds(250), 0.35);

    /// <summary>An answer of AWS's, there and back.</summary>
    public static readonly (TimeSpan Median, double Sigma) Aws = (TimeSpan.FromMilliseconds(25), 0.6);

    /// <summary>The way to an API server, one way.</summary>
    public static readonly (TimeSpan Median, double Sigma) Network = (TimeSpan.FromMilliseconds(1), 0.4);

    /// <summary>How long an API server works on a request, in which it holds a seat.</summary>
    public static readonly (TimeSpan Median, double Sigma) Service = (TimeSpan.FromMilliseconds(8), 0.7);

    /// <summary>
    /// Seats of the priority level that users of an access entry fall into: <c>global-default</c> has 20 of 245 shares of
    /// 600 seats, and may borrow; nothing is borrowed here.
    /// </summary>
    public const int Seats = 49;

    /// <summary>One user is one flow: a hand of six queues of fifty.</summary>
    public const int MostWaiting = 300;

    /// <summary>The lognormal distribution with this median.</summary>
    public static TimeSpan Draw(Random random, (TimeSpan Median, double Sigma) of)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return of.Median * Math.Exp(of.Sigma * normal);
    }
}
