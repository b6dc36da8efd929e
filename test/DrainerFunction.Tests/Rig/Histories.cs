using CsCheck;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>One drawn history: what there is, what happens to it, and when processes die.</summary>
internal sealed record History(IReadOnlyList<Victim> Victims, IReadOnlyList<Happen> Happens, IReadOnlyList<int> KillAfter, int Heartbeat, int Timeout, int Seed)
{
    /// <summary>Longer than any process that dies before its first lease keeps a message, several times over.</summary>
    private const int ShortestHeartbeat = 600;

    public static Gen<History> Any { get; } = Gen.Select(
        Victim.Any.Array[1, 3],
        Happen.Any.Array[0, 4],
        Gen.Int[1, 600].Array[0, 3],
        Gen.Int[ShortestHeartbeat, 1200],
        Gen.Int[20, 120],
        Gen.Int[0, 1_000_000],
        (victims, happens, kills, heartbeat, timeout, seed) => new History(victims, happens, kills, heartbeat, timeout, seed));

    public Scenario ToScenario() => new()
    {
        Name = "history",
        Limit = TimeSpan.FromHours(3),
        Function = new() { Timeout = TimeSpan.FromSeconds(Timeout), Environment = new() { ["MAX_DRAIN_DURATION"] = "1800" } },
        // Every death may cost a receive; poison must still come to an end.
        Mapping = new() { MaxReceives = 8 },
        Clusters = [new() { Name = "shop" }],
        Groups =
        [
            new()
            {
                Name = "workers",
                Cluster = "shop",
                Spot = true,
                CapacityRebalance = true,
                Instances = [.. Victims.Select((_, index) => Name(index)), "refuge"],
                Hooks = [new() { Name = "node-drainer", Heartbeat = TimeSpan.FromSeconds(Heartbeat) }],
            },
        ],
        Workloads = [.. Victims.SelectMany((victim, index) => victim.Workloads(Name(index))), new() { Name = "agent", Kind = "daemonset" }],
        Budgets = [.. Victims.SelectMany((victim, index) => victim.Budgets(Name(index)))],
        Events = [.. Victims.SelectMany((victim, index) => victim.Events(Name(index))), .. Happens.Select(happen => happen.ToEvent())],
        Expect = new()
        {
            Nodes = Victims.Select((_, index) => Name(index)).ToDictionary(name => name, _ => "drained"),
            Hooks = Victims.Select((_, index) => Name(index)).ToDictionary(name => name, _ => "continued"),
            DeadLetters = Happens.Count(happen => happen.What is Trouble.Poison),
        },
    };

    private static string Name(int index) => $"victim{index}";
}

/// <summary>A node that will be interrupted.</summary>
internal sealed record Victim(int Pods, int StopsIn, int Grace, bool HasBudget, bool HasCompany, bool IsTwice, int At)
{
    public static Gen<Victim> Any { get; } = Gen.Select(
        Gen.Int[0, 6], Gen.Int[0, 40], Gen.Int[1, 60], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[1, 20],
        (pods, stops, grace, budget, company, twice, at) => new Victim(pods, stops, grace, budget, company, twice, at));

    public IEnumerable<WorkloadPart> Workloads(string name) => Pods == 0 ? [] :
    [
        new() { Name = $"web-{name}", Replicas = Pods, On = name, StopsIn = TimeSpan.FromSeconds(StopsIn), Grace = TimeSpan.FromSeconds(Grace), StartsIn = TimeSpan.FromSeconds(1) },
    ];

    public IEnumerable<BudgetPart> Budgets(string name) => HasBudget && Pods > 0 ? [new() { Name = $"web-{name}", Of = $"web-{name}", MaxUnavailable = "1" }] : [];

    // A reclaimed machine is gone after two minutes whatever happens; that story has scenarios of its own.
    public IEnumerable<EventPart> Events(string name)
    {
        var at = TimeSpan.FromSeconds(At);
        yield return new() { At = at, ScaleIn = name, Duplicates = IsTwice ? 1 : null };
        if (HasCompany)
        {
            yield return new() { At = at + TimeSpan.FromSeconds(1), Rebalance = name };
        }
    }
}

internal enum Trouble
{
    Poison,
    AutoScalingThrottles,
    Ec2Throttles,
    SqsFails,
    ApiServerOverloaded,
    ApiServerFails,
    WatchesClose,
    AllDie,
}

/// <summary>Something that goes wrong meanwhile.</summary>
internal sealed record Happen(Trouble What, int At, int Times)
{
    public static Gen<Happen> Any { get; } = Gen.Select(
        Gen.Enum<Trouble>(), Gen.Int[0, 60], Gen.Int[1, 6], (what, at, times) => new Happen(what, at, times));

    public EventPart ToEvent() => What switch
    {
        // Never at the instant of an event that comes twice: what arrives with it is doubled, too.
        Trouble.Poison => new() { At = Seconds + TimeSpan.FromMilliseconds(500), Message = new() { Body = "{ no json" } },
        Trouble.AllDie => new() { At = Seconds, Kill = "all" },
        Trouble.AutoScalingThrottles => Fault("throttle", "autoscaling"),
        Trouble.Ec2Throttles => Fault("throttle", "ec2"),
        Trouble.SqsFails => Fault("error", "sqs"),
        Trouble.ApiServerOverloaded => Fault("too-many-requests", "kubernetes"),
        Trouble.ApiServerFails => Fault("error", "kubernetes"),
        Trouble.WatchesClose => Fault("closed-watch", "kubernetes", "watch pods"),
        _ => throw new System.Diagnostics.UnreachableException($"Unknown {What}."),
    };

    private TimeSpan Seconds => TimeSpan.FromSeconds(At);

    private EventPart Fault(string kind, string service, string? operation = null) =>
        new() { At = Seconds, Fault = new() { Kind = kind, Service = service, Operation = operation, Times = Times, For = TimeSpan.FromSeconds(1) } };
}
