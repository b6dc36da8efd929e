using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>
/// Rig B: the program dies before and after every request of a drain, and each time another process finishes the work.
/// Only requests have effects, so this is every death that can be told from outside.
/// </summary>
[Collection("processes")]
public sealed class KillSweepTests
{
    private const double Speed = 10;

    /// <summary>Mostly they wait: for a lease to end, for a process to start.</summary>
    private const int AtOnce = 4;

    private const string Node = """
        name: sweep
        limit: 10m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 900s }] }
        workloads:
          - { name: web, replicas: 2, on: victim, stops-in: 1s }
          - { name: agent, kind: daemonset }
        events: [{ at: 0s, scale-in: victim }]
        expect:
          nodes: { victim: drained, refuge: untouched }
          hooks: { victim: continued }
        """;

    /// <summary>Until a message is shown again: the lease, or the queue's visibility before the first one.</summary>
    private static readonly TimeSpan LeasedRecovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnleasedRecovery = TimeSpan.FromSeconds(155);

    [Fact]
    public async Task Wherever_the_process_dies_the_node_ends_drained_and_its_hook_completed_once()
    {
        var (end, unkilled) = await TheFunction.PlayAsync(ScenarioFiles.Parse(Node, "sweep"), Speed);
        Assert.True(end.IsGood, TheFunction.Explain(end, unkilled));
        var requests = unkilled.KillSwitch!.Requests;
        var points = requests.SelectMany(request => Moments(request).Select(after => new KillPoint("*", request.Number, after))).ToList();
        var suspects = new List<(KillPoint Point, string Wrong)>();
        await Parallel.ForEachAsync(
            points,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                if (await KilledAt(point) is { } wrong)
                {
                    lock (suspects)
                    {
                        suspects.Add((point, $"{point} ({requests[point.Nth - 1].Service} {requests[point.Nth - 1].Operation}): {wrong}"));
                    }
                }
            });
        var failures = new List<string>();
        foreach (var (point, wrong) in suspects)
        {
            if (await AgainAloneAsync(point, wrong) is { } proven)
            {
                failures.Add(proven);
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {points.Count} deaths:{Environment.NewLine}{string.Join(Environment.NewLine + Environment.NewLine, failures)}");
    }

    /// <summary>
    /// Both, of every request, under the native program (.ci/run). A process that compiles itself costs two seconds of a
    /// core: then only the writes, both moments of each, for a read leaves nothing behind that its neighbours do not.
    /// </summary>
    private static IEnumerable<bool> Moments(FunctionRequest request) => TheFunction.IsNative || IsWrite(request) ? [false, true] : [];

    private static bool IsWrite(FunctionRequest request) =>
        request.Operation is "CompleteLifecycleAction" or "RecordLifecycleActionHeartbeat"
        || request.Operation.StartsWith("ChangeMessageVisibility", StringComparison.Ordinal)
        || request.Operation.StartsWith("patch ", StringComparison.Ordinal)
        || request.Operation.StartsWith("create ", StringComparison.Ordinal);

    // Simulated time goes on while a loaded machine does not: what failed in company must fail alone, too.
    private static async Task<string?> AgainAloneAsync(KillPoint point, string wrong) =>
        await KilledAt(point) is { } still ? $"{wrong}{Environment.NewLine}and alone: {still}" : null;

    private static async Task<string?> KilledAt(KillPoint point)
    {
        var (end, run) = await TheFunction.PlayAsync(ScenarioFiles.Parse(Node, "sweep"), Speed, point);
        var accepted = run.Stage.Home.AutoScaling.Actions.Sum(action => action.Acceptances);
        // Concurrent requests come in another order each time: the last ones of the unkilled run may not come at all.
        return !end.IsGood ? TheFunction.Explain(end, run)
            : accepted != 1 ? $"the hook was accepted {accepted} times"
            : run.KillSwitch!.LastKill is { } death ? TooLate(run, death.Request, death.At)
            : null;
    }

    /// <summary>Of every message that came back after the death: was it back in time?</summary>
    private static string? TooLate(SandboxRun run, FunctionRequest killed, DateTimeOffset died)
    {
        var received = run.World.Tape.Happenings.Where(one => one is { Area: "sqs", What: "received" }).ToList();
        foreach (var again in received.Where(one => one.At > died).DistinctBy(one => one.Subject))
        {
            var before = received.LastOrDefault(one => one.Subject == again.Subject && one.At <= died);
            var isLeased = before is not null && run.KillSwitch!.Requests.Any(request =>
                request.AccessKey == killed.AccessKey && request.At >= before.At && request.At <= died
                && request.Operation.StartsWith("ChangeMessageVisibility", StringComparison.Ordinal) && run.KillSwitch.WasApplied(request));
            if (before is not null && again.At - died > (isLeased ? LeasedRecovery : UnleasedRecovery))
            {
                return $"{(isLeased ? "a leased" : "an unleased")} message came back after {(again.At - died).TotalSeconds:0} s";
            }
        }

        return null;
    }
}
