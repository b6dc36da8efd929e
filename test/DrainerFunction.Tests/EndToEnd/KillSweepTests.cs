using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;

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
    private const int AtOnce = 6;

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
        var failures = new List<string>();
        await Parallel.ForEachAsync(
            points,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                if (await KilledAt(point) is { } wrong)
                {
                    lock (failures)
                    {
                        failures.Add($"{point} ({requests[point.Nth - 1].Service} {requests[point.Nth - 1].Operation}): {wrong}");
                    }
                }
            });
        Assert.True(failures.Count == 0, $"{failures.Count} of {points.Count} deaths:{Environment.NewLine}{string.Join(Environment.NewLine + Environment.NewLine, failures)}");
    }

    /// <summary>
    /// Both, under the native program. A process that compiles itself costs two seconds of a core: then each request has
    /// one of them, in turn, but a write whose loss or repetition matters both.
    /// </summary>
    private static IEnumerable<bool> Moments(FunctionRequest request) =>
        TheFunction.IsNative || request.Operation is "patch nodes" or "CompleteLifecycleAction" ? [false, true] : [request.Number % 2 == 0];

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
