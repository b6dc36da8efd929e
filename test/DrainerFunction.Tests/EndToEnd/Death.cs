using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>A drain whose process dies at one request, and everything that must hold in the end all the same.</summary>
internal static class Death
{
    private const double Speed = 10;

    private const string Node = """
        name: sweep
        limit: 10m
        clusters: [{ name: shop }]
        groups:
          - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 900s }] }
        workloads:
          - { name: web, replicas: 1, on: victim, stops-in: 1s }
          - { name: slow, replicas: 1, on: victim, stops-in: 16s }
          - { name: agent, kind: daemonset }
        function: { environment: { HEARTBEAT_INTERVAL: "10" } }
        events: [{ at: 0s, scale-in: victim }]
        expect:
          nodes: { victim: drained, refuge: untouched }
          hooks: { victim: continued }
          messages-left: 0
          dead-letters: 0
        """;

    /// <summary>Simulated, from the death: until the lease is over, and before there was one until the queue's own visibility of 150 s is and a process has started.</summary>
    private static readonly TimeSpan LeasedRecovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnleasedRecovery = TimeSpan.FromSeconds(155);

    /// <summary>The same drain without a death.</summary>
    public static async Task<IReadOnlyList<FunctionRequest>> RequestsAsync()
    {
        var (end, run) = await TheFunction.PlayAsync(ScenarioFiles.Parse(Node, "sweep"), Speed);
        return end.IsGood ? run.KillSwitch!.Requests : throw new InvalidOperationException($"It fails without a death: {TheFunction.Explain(end, run)}");
    }

    public static async Task<Recovery> AtAsync(KillPoint point)
    {
        var (end, run) = await TheFunction.PlayAsync(ScenarioFiles.Parse(Node, "sweep"), Speed, point);
        var accepted = run.Stage.Home.AutoScaling.Actions.Sum(action => action.Acceptances);
        return !end.IsGood ? Recovery.Not(TheFunction.Explain(end, run))
            : run.KillSwitch is not { Kills: 1, LastKill: { } death } ? Recovery.Not($"{run.KillSwitch!.Kills} processes died, not one")
            : accepted != 1 ? Recovery.Not($"the hook was accepted {accepted} times")
            : Recovered(run, death.Request, death.At);
    }

    /// <summary>Of every message that the dead process held: when did another one have it?</summary>
    private static Recovery Recovered(SandboxRun run, FunctionRequest killed, DateTimeOffset died)
    {
        var tape = run.World.Tape.Happenings;
        var dropped = tape.SkipWhile(one => one.What != "killed").Skip(1).TakeWhile(one => one.What is "ended" or "batch-item-failed")
            .Where(one => one.What == "batch-item-failed").Select(one => one.Subject).ToList();
        if (dropped.Count == 0)
        {
            return Recovery.Not("the dead process held no message");
        }

        var slowest = new Recovery(null, TimeSpan.Zero, true);
        foreach (var message in dropped)
        {
            var received = tape.Where(one => one is { Area: "sqs", What: "received" } && one.Subject == message).ToList();
            var isLeased = IsLeased(run.KillSwitch!, killed, received.Last(one => one.At <= died).At, died);
            if (received.Find(one => one.At > died) is not { } again || Resumed(run.KillSwitch!, killed, again) is not { } resumed)
            {
                return Recovery.Not($"nobody went on with message {message}");
            }

            var took = resumed - died;
            if (took > (isLeased ? LeasedRecovery : UnleasedRecovery))
            {
                return Recovery.Not($"{(isLeased ? "a leased" : "an unleased")} message was taken up again after {took.TotalSeconds:0.0} s");
            }

            slowest = took > slowest.Took ? new(null, took, isLeased) : slowest;
        }

        return slowest;
    }

    private static bool IsLeased(KillSwitch requests, FunctionRequest killed, DateTimeOffset received, DateTimeOffset died) =>
        requests.Requests.Any(request => request.AccessKey == killed.AccessKey && request.At >= received && request.At <= died
            && request.Operation.StartsWith("ChangeMessageVisibility", StringComparison.Ordinal) && requests.WasApplied(request));

    /// <summary>
    /// A native program is at work at once: its first request counts. Of one that compiles itself for real seconds only
    /// that it got the message.
    /// </summary>
    private static DateTimeOffset? Resumed(KillSwitch requests, FunctionRequest killed, Happening again) =>
        !TheFunction.IsNative ? again.At
            : requests.Requests.FirstOrDefault(request => request.AccessKey != killed.AccessKey && request.At >= again.At)?.At;
}

/// <param name="Wrong">Null: all is as it must be.</param>
/// <param name="Took">Simulated: from the death until another process went on.</param>
/// <param name="WasLeased">Before the first lease the queue's own visibility has to end.</param>
internal sealed record Recovery(string? Wrong, TimeSpan Took, bool WasLeased)
{
    public static Recovery Not(string wrong) => new(wrong, TimeSpan.Zero, false);
}
