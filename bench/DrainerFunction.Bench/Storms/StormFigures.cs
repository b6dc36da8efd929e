using System.Globalization;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;

namespace DrainerFunction.Bench.Storms;

/// <summary>What came of a storm.</summary>
internal sealed record StormFigures(StormSettings Settings, IReadOnlyList<StormNode> Nodes, IReadOnlyList<StormPod> Pods)
{
    private const double GigabyteSecond = 0.0000166667;
    private const double Request = 0.0000002;
    private const double SqsRequest = 0.0000004;
    private const int SqsRequestsOfABatch = 2;
    private const double UsualBatch = 10;
    private const double Comfortable = 0.8;

    public required DateTimeOffset Origin { get; init; }

    public required TimeSpan Notice { get; init; }

    public required IReadOnlyList<(string Cluster, DateTimeOffset At)> Requests { get; init; }

    public required int Refused { get; init; }

    public required int MostWaiting { get; init; }

    /// <summary>Each as <c>service:Operation</c>, attempts that were throttled included.</summary>
    public required IReadOnlyList<string> AwsCalls { get; init; }

    /// <summary>Of a scale-in; otherwise none.</summary>
    public required IReadOnlyList<StormHook> Hooks { get; init; }

    /// <summary>Of those, the ones that were throttled.</summary>
    public required IReadOnlyList<string> AwsThrottled { get; init; }

    /// <summary>How many calls a second Auto Scaling answers.</summary>
    public required double CallsAllowed { get; init; }

    public required int Invocations { get; init; }

    public required int ColdStarts { get; init; }

    public required TimeSpan Billed { get; init; }

    public required int Memory { get; init; }

    public required TimeSpan ProcessorTime { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public IReadOnlyList<double> Cordons { get; } = [.. Nodes.Select(node => node.Cordoned is { } at ? (at - node.Noticed).TotalSeconds : double.PositiveInfinity).Order()];

    public double LastCordon => Cordons[^1];

    /// <summary>They did not get the time that they needed: killed at the end of a shortened grace, or still there when their machine went.</summary>
    public int Cut => Pods.Count(IsCut);

    /// <summary>
    /// Of those, the ones that would have had it, had they been asked when the figure that is wanted for the last cordon was
    /// reached; a grace period ends 5 s before the machine does.
    /// </summary>
    public int Lost => Pods.Count(pod => IsCut(pod) && !pod.IsUnderBudget && pod.Needs <= Notice - Bound.EvictionReserve - Settings.Wanted);

    /// <summary>Of those, the ones that their budget held back.</summary>
    public int Held => Pods.Count(pod => IsCut(pod) && pod.IsUnderBudget);

    public double GigabyteSeconds => Billed.TotalSeconds * Memory / 1024;

    /// <summary>Without free tiers: the function, and SQS: each message is sent, each batch is received and deleted, and what the function itself asks of it.</summary>
    public double Dollars => (GigabyteSeconds * GigabyteSecond) + (Invocations * Request) + ((Nodes.Count + AwsCalls.Count(call => call.StartsWith("sqs:", StringComparison.Ordinal)) + (Invocations * SqsRequestsOfABatch)) * SqsRequest);

    /// <summary>From the notice to the answer of the last hook; infinite where one was never answered.</summary>
    public double LastAnswer => Hooks.Max(hook => hook is { EndedBy: "call", EndedAt: { } at } ? (at - hook.StartedAt).TotalSeconds : double.PositiveInfinity);

    public TimeSpan WorstGap => Hooks.Max(hook => hook.WorstGap);

    public int TimedOut => Hooks.Count(hook => hook.EndedBy == "timeout");

    /// <summary>Of those, the ones whose nodes went with pods that still stopped; of the others only the answer was missing, and the group took the hook's default result.</summary>
    public int TimedOutWithPods => Hooks.Count(hook => hook is { EndedBy: "timeout", HadPods: true });

    /// <summary>
    /// The calls a second that the hooks of a scale-in need: each a heartbeat after four fifths of its timeout, and within the first timeout
    /// for each batch a look at its instances and one at each of its groups.
    /// </summary>
    public double CallsNeeded => Settings.Nodes * ((1 / (HeartbeatPace.PartUnderPressure * Settings.Hook.TotalSeconds)) + ((1 + Math.Min(UsualBatch, Settings.Clusters)) / (UsualBatch * Settings.Hook.TotalSeconds)));

    /// <summary>Of one cluster in one second.</summary>
    public int MostRequests => Requests.GroupBy(request => (request.Cluster, (int)(request.At - Origin).TotalSeconds)).Select(group => group.Count()).DefaultIfEmpty().Max();

    public bool IsReached => LastCordon <= Settings.Wanted.TotalSeconds && Lost == 0 && Dollars < 1;

    /// <summary>What must hold of every storm, however it was set.</summary>
    public IReadOnlyList<string> Broken =>
    [
        .. Violations.Distinct().Take(5),
        .. double.IsPositiveInfinity(LastCordon) ? ["not every node was cordoned"] : (string[])[],
        .. TimedOutWithPods > 0 && CallsNeeded <= Comfortable * CallsAllowed ? [string.Create(CultureInfo.InvariantCulture, $"{TimedOutWithPods} hooks timed out with pods on their nodes, though {CallsNeeded:0.0} calls a second suffice")] : (string[])[],
        .. Pods.Any(pod => !pod.IsUnderBudget && pod.Asked is null && pod.Node.Cordoned is not null) ? ["a pod without a budget was never asked to go"] : (string[])[],
    ];

    /// <summary>The calls by operation, the most frequent first, and how many of them were answered.</summary>
    public string Calls() => string.Join(", ", AwsCalls.CountBy(call => call).OrderByDescending(call => call.Value).ThenBy(call => call.Key, StringComparer.Ordinal)
        .Select(call => $"{call.Key} {call.Value}{(AwsThrottled.Count(throttled => throttled == call.Key) is > 0 and var refused ? $" ({call.Value - refused} answered)" : "")}"));

    public string P(double part) => Seconds(Cordons[(int)Math.Ceiling(part * Cordons.Count) - 1]);

    public static string Seconds(double seconds) => double.IsPositiveInfinity(seconds) ? "never" : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    /// <summary>One cell for each ten seconds: the requests of the busiest cluster in its busiest second.</summary>
    public string Course() => string.Join(" · ", Requests.GroupBy(request => (request.Cluster, Second: (int)(request.At - Origin).TotalSeconds)).GroupBy(one => one.Key.Second / 10)
        .OrderBy(ten => ten.Key).Select(ten => string.Create(CultureInfo.InvariantCulture, $"{ten.Key * 10}–{(ten.Key * 10) + 9} s: {ten.Max(one => one.Count())}")));

    private bool IsCut(StormPod pod) => pod.WasKilled || pod.Asked is not { } asked || asked + pod.Needs > pod.Node.Noticed + Notice;
}
