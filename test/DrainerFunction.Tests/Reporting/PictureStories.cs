using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Planning;

namespace DrainerFunction.Reporting;

/// <summary>Finished lines that no scenario gives: a drain over two invocations, and a hundred nodes of which two are late.</summary>
internal static class PictureStories
{
    public static List<string> Lines(IEnumerable<(InterruptionReport Report, string RequestId, double Ended)> stories) =>
        [.. stories.Select(story => Stories.Finished(story.Report, requestId: story.RequestId, at: Stories.Ten.AddSeconds(story.Ended)).GetRawText())];

    // A hook's drain over two invocations, in which a disruption budget holds three pods until the deadline forces them.
    public static List<(InterruptionReport Report, string RequestId, double Ended)> BudgetDrain()
    {
        var (first, second) = (Stories.Drained(), Stories.Drained());
        var web = Enumerable.Range(0, 11).Select(number => Pod("shop", $"web-{number}", 0.1, 0.12 + (0.01 * number), 2 + (number * 1.3))).ToList();
        var agent = Pod("kube-system", "coredns-7", 17, 17.1, 22.5);
        PodReport[] carts = [.. Enumerable.Range(0, 3).Select(number => Pod("shop", $"cart-{number}", 0.1, null, null) with { HeldBy = "shop/cart", Requests = 5 })];
        first = first with { Drain = Stories.Drain(0) with { Pods = [.. web, agent, .. carts], EndedAt = Stories.Ten.AddSeconds(26) } };
        first = first with { Outcome = InterruptionOutcome.Continues, CompletedAt = null, Why = "the invocation ran out of time", Bounds = Bounds.Of(new Bound.Machine(Stories.Ten.AddSeconds(60), Stories.Ten)) };
        first = first with { Heartbeats = 2, HeartbeatTimes = [Stories.Ten.AddSeconds(0.05), Stories.Ten.AddSeconds(15)], Reply = LifecycleReply.Leave };

        var later = new InterruptionReport
        {
            Scope = second.Scope, InstanceId = second.InstanceId, Kinds = second.Kinds, MessageIds = second.MessageIds, ReceivedAt = Stories.Ten.AddSeconds(28), FirstSeen = second.FirstSeen, EventAt = second.EventAt, Attempt = 1,
            Chain = second.Chain, Cluster = second.Cluster, NodeName = second.NodeName, Hooks = second.Hooks, Outcome = InterruptionOutcome.Drained, Why = "nothing is left to evict", Reply = LifecycleReply.Continue,
            Bounds = Bounds.Of(new Bound.Machine(Stories.Ten.AddSeconds(60), Stories.Ten)), ResolvedAt = Stories.Ten.AddSeconds(28.03), CordonedAt = Stories.Ten.AddSeconds(28.04), CompletedAt = Stories.Ten.AddSeconds(49.02), Heartbeats = 2,
            HeartbeatTimes = [Stories.Ten.AddSeconds(28.1), Stories.Ten.AddSeconds(43)],
            Drain = Stories.Drain(0) with
            {
                StartedAt = Stories.Ten.AddSeconds(28),
                EndedAt = Stories.Ten.AddSeconds(49),
                Pods =
                [
                    Pod("shop", "cart-0", 28.1, 33, 41) with { HeldBy = "shop/cart", Requests = 3 },
                    Pod("shop", "cart-1", 28.1, 41.1, 49) with { HeldBy = "shop/cart", Requests = 4 },
                    Pod("shop", "cart-2", 28.1, 42, 48) with { HeldBy = "shop/cart", Requests = 4, BypassedObstacle = "cart", GraceWasCut = true },
                ],
            },
        };
        return [(first, "r-1", 26.2), (later, "r-2", 49.1)];
    }

    /// <summary>The news that the instance of <see cref="BudgetDrain"/> is stopping, after its last pod has gone.</summary>
    public static (InterruptionReport Report, string RequestId, double Ended) StoppingAfterwards()
    {
        var drained = Stories.Drained();
        var report = new InterruptionReport
        {
            Scope = drained.Scope, InstanceId = drained.InstanceId, Kinds = [InterruptionKind.StateChange], MessageIds = ["m-9"], ReceivedAt = Stories.Ten.AddSeconds(55), FirstSeen = Stories.Ten.AddSeconds(55),
            EventAt = Stories.Ten.AddSeconds(55), Attempt = 0, Chain = new("1795341655000-m-9.000000"), Cluster = drained.Cluster, NodeName = drained.NodeName,
            Bounds = Bounds.Of(new Bound.Machine(Stories.Ten.AddSeconds(175), Stories.Ten)), Outcome = InterruptionOutcome.Drained, Why = "the node is drained",
        };
        return (report, "r-3", 55.1);
    }

    public static List<(InterruptionReport Report, string RequestId, double Ended)> Burst()
    {
        var chance = new Random(7);
        return [.. Enumerable.Range(0, 100).Select(number => Node(number, chance))];
    }

    private static (InterruptionReport Report, string RequestId, double Ended) Node(int number, Random chance)
    {
        var (found, received) = (Stories.Found($"i-{number:x17}"), chance.NextDouble() * 0.8);
        var pods = Enumerable.Range(0, 30).Select(pod => Pod("load", $"app-{number}-{pod}", received + 0.1, received + 0.15 + (0.005 * pod), received + 5 + (chance.NextDouble() * 10))).ToList();
        var isLate = number is 17 or 63;
        if (isLate)
        {
            pods[3] = pods[3] with { GoneAt = null, IsStuck = true };
        }

        var last = pods.Max(pod => pod.GoneAt)!.Value;
        var ended = isLate ? 120.4 : (last - Stories.Ten).TotalSeconds + 0.03;
        var report = new InterruptionReport
        {
            Scope = found.Scope, InstanceId = found.InstanceId, Kinds = [InterruptionKind.SpotReclaim], MessageIds = [$"m-{number}"], ReceivedAt = Stories.Ten.AddSeconds(received), FirstSeen = Stories.Ten.AddSeconds(received - 0.05),
            EventAt = Stories.Ten, Attempt = 0, Chain = new($"1795341600000-m-{number}.000000"), Cluster = new(found.Scope, "prod"), NodeName = $"ip-10-0-{number / 250}-{number % 250}.eu-west-1.compute.internal",
            Bounds = Bounds.Of(new Bound.Machine(Stories.Ten.AddSeconds(120), Stories.Ten)), ResolvedAt = Stories.Ten.AddSeconds(received + 0.02), CordonedAt = Stories.Ten.AddSeconds(received + 0.04),
            Outcome = isLate ? InterruptionOutcome.DeadlineMissed : InterruptionOutcome.Drained, Why = isLate ? "the deadline has passed and a pod is still there" : "nothing is left to evict",
            Drain = Stories.Drain(0) with { Pods = pods, EndedAt = Stories.Ten.AddSeconds(ended) },
        };
        return (report, $"r-{number / 10}", ended);
    }

    private static PodReport Pod(string @namespace, string name, double asked, double? accepted, double? gone) => new()
    {
        Name = new(@namespace, name, $"u-{name}"),
        Disposition = accepted is null ? new Disposition.Await("its disruption budget", null) : new Disposition.Evict(null),
        Requests = 1,
        AskedAt = Stories.Ten.AddSeconds(asked),
        AcceptedAt = accepted is { } yes ? Stories.Ten.AddSeconds(yes) : null,
        TerminatingAt = accepted is { } begun ? Stories.Ten.AddSeconds(begun + 0.01) : null,
        GoneAt = gone is { } end ? Stories.Ten.AddSeconds(end) : null,
    };

    /// <summary>How often a part is in a text.</summary>
    public static int Count(this string text, string part) => text.Split(part).Length - 1;
}
