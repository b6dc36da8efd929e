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
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount);

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
        var points = requests.SelectMany(request => (KillPoint[])[new("*", request.Number, After: false), new("*", request.Number, After: true)]).ToList();
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

    private static async Task<string?> KilledAt(KillPoint point)
    {
        var (end, run) = await TheFunction.PlayAsync(ScenarioFiles.Parse(Node, "sweep"), Speed, point);
        var accepted = run.Stage.Home.AutoScaling.Actions.Sum(action => action.Acceptances);
        // Concurrent requests come in another order each time: the last ones of the unkilled run may not come at all.
        return !end.IsGood ? TheFunction.Explain(end, run)
            : accepted != 1 ? $"the hook was accepted {accepted} times"
            : run.KillSwitch is { Kills: 1, LastKill: { } died } ? Recovery(run, died)
            : null;
    }

    private static string? Recovery(SandboxRun run, DateTimeOffset died)
    {
        var isLeased = run.KillSwitch!.Requests.TakeWhile(request => request.AccessKey == run.KillSwitch.Requests[0].AccessKey)
            .Any(request => request.Operation.StartsWith("ChangeMessageVisibility", StringComparison.Ordinal));
        var again = run.World.Tape.Happenings.FirstOrDefault(one => one.At > died && one is { Area: "sqs", What: "received" });
        var limit = isLeased ? LeasedRecovery : UnleasedRecovery;
        return again is not null && again.At - died > limit ? $"the message came back after {(again.At - died).TotalSeconds:0} s" : null;
    }
}
