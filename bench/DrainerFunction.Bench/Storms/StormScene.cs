using System.Globalization;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Bench.Storms;

/// <summary>What the storm finds: Spot nodes full of pods with graces of 5 to 115 s, one in ten of them under a budget; for a scale-in, groups of nodes with a hook and pods that take minutes.</summary>
internal static class StormScene
{
    private const int LeastGrace = 5;
    private const int MostGrace = 115;
    private const int LongGrace = 660;
    private const int NodesOfABudget = 10;
    private const int SecondsOfABurst = 4;
    private const int Namespaces = 5;

    // There is room for what comes back: a budget that nothing could ever satisfy would say nothing of the function.
    private const int GuardedOnARefuge = 50;

    /// <summary>A scale-in's nodes take as long as their slowest pod, and each has one that takes this.</summary>
    private static readonly TimeSpan LongDrain = TimeSpan.FromMinutes(10);

    public static Scenario Of(StormSettings settings)
    {
        var random = new Random(settings.Seed);
        var clusters = Enumerable.Range(1, settings.Clusters).Select(number => string.Create(CultureInfo.InvariantCulture, $"storm-{number:00}")).ToList();
        var victims = Enumerable.Range(0, settings.Nodes)
            .Select(number => (Name: string.Create(CultureInfo.InvariantCulture, $"victim-{number}"), Number: number, Cluster: clusters[number * clusters.Count / settings.Nodes])).ToList();
        var guarded = settings.OneGuardedIn > 0 ? settings.Pods / settings.OneGuardedIn : 0;
        var parts = victims.GroupBy(victim => victim.Cluster)
            .SelectMany(group => group.Chunk(NodesOfABudget).Select((nodes, index) => (Cluster: group.Key, Name: string.Create(CultureInfo.InvariantCulture, $"guarded-{index:000}"),
                Namespace: NamespaceOf(index), First: nodes[0].Number, Last: nodes[^1].Number))).ToList();
        return new()
        {
            Name = "storm",
            Clusters = [.. clusters.Select(name => new ClusterPart { Name = name })],
            Groups = !settings.IsScaleIn ? [] : [.. victims.GroupBy(victim => victim.Cluster).Select(group => new GroupPart
            {
                Name = $"workers-{group.Key}",
                Cluster = group.Key,
                Instances = [.. group.Select(victim => victim.Name)],
                Hooks = [new() { Name = "node-drainer", Heartbeat = settings.Hook }],
            })],
            Instances =
            [
                .. victims.Where(_ => !settings.IsScaleIn).Select(victim => new InstancePart { Name = victim.Name, Cluster = victim.Cluster, Spot = true }),
                .. from cluster in victims.CountBy(victim => victim.Cluster)
                   from number in Enumerable.Range(1, 1 + (cluster.Value * guarded / GuardedOnARefuge))
                   select new InstancePart { Name = string.Create(CultureInfo.InvariantCulture, $"refuge-{cluster.Key}-{number}"), Cluster = cluster.Key },
            ],
            Workloads =
            [
                .. from victim in victims
                   from number in Enumerable.Range(1, settings.Pods - guarded)
                   let grace = settings.IsScaleIn ? LongGrace : random.Next(LeastGrace, MostGrace + 1)
                   select new WorkloadPart
                   {
                       Name = string.Create(CultureInfo.InvariantCulture, $"{victim.Name}-{number}"),
                       Cluster = victim.Cluster,
                       Namespace = NamespaceOf(number),
                       Kind = "pod",
                       On = victim.Name,
                       Grace = TimeSpan.FromSeconds(grace),
                       StopsIn = settings.IsScaleIn && number == 1 ? LongDrain : TimeSpan.FromSeconds(Math.Round(grace * (0.2 + (0.78 * random.NextDouble())) * (settings.IsScaleIn ? LongDrain.TotalSeconds / LongGrace : 1), 1)),
                   },
                .. parts.Where(_ => guarded > 0).Select(part => new WorkloadPart
                {
                    Name = part.Name,
                    Cluster = part.Cluster,
                    Namespace = part.Namespace,
                    Replicas = guarded * (part.Last - part.First + 1),
                    On = string.Create(CultureInfo.InvariantCulture, $"victim-{{{part.First}..{part.Last}}}"),
                    Grace = TimeSpan.FromSeconds(20),
                    StopsIn = TimeSpan.FromSeconds(Math.Round(3 + (5 * random.NextDouble()), 1)),
                    StartsIn = TimeSpan.FromSeconds(Math.Round(2 + (3 * random.NextDouble()), 1)),
                }),
            ],
            Budgets = [.. parts.Where(_ => guarded > 0).Select(part => new BudgetPart { Name = part.Name, Cluster = part.Cluster, Namespace = part.Namespace, Of = part.Name, MaxUnavailable = "30%" })],

            Rates = settings.CallsPerSecond is { } calls ? [new() { Service = "autoscaling", Burst = calls * SecondsOfABurst, PerSecond = calls }] : [],

            // More clusters than the template can name: each instance's own tags say which is its.
            Function = new() { Memory = settings.Memory, Parameters = new() { ["ClusterNames"] = "" } },
            Mapping = new()
            {
                BatchSize = settings.BatchSize,
                BatchingWindow = settings.Window,
                MaximumConcurrency = settings.Pollers > 0 ? 1000 : settings.MaximumConcurrency,
                FirstConcurrency = settings.Pollers > 0 ? settings.Pollers * BatchesOfAPoller : null,
                AddedPerMinute = settings.Pollers > 0 ? AddedWithPollers : null,
            },
        };
    }

    /// <summary>"Configuring scaling behavior for SQS event source mappings": ten concurrent invocations a poller, and up to a thousand more a minute.</summary>
    private const int BatchesOfAPoller = 10;
    private const int AddedWithPollers = 1000;

    private static string NamespaceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"team-{number % Namespaces}");
}
