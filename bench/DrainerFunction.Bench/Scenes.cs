using System.Globalization;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Bench;

/// <summary>What is drained, the same for every peer.</summary>
internal static class Scenes
{
    /// <summary>
    /// A group with a termination hook: one node of Deployments' pods, each stopping after a drawn time, and a DaemonSet's. Beside it a node with
    /// one pod, which a process can be warmed with, and one to flee to.
    /// </summary>
    public static Scenario OneNode(int pods, int seed)
    {
        var chance = new Random(seed);
        return new()
        {
            Name = "one-node",
            Clusters = [new() { Name = "bench" }],
            Groups = [new() { Name = "workers", Instances = ["victim", "victim-before", "refuge"], Hooks = [new() { Name = "node-drainer" }] }],
            Workloads =
            [
                .. Enumerable.Range(1, pods).Select(number => new WorkloadPart
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"web-{number}"),
                    On = "victim",
                    StopsIn = Between(chance, 2, 6),
                }),
                new() { Name = "lone", Kind = "pod", On = "victim-before", StopsIn = TimeSpan.FromSeconds(0.5) },
                new() { Name = "agent", Kind = "daemonset" },
            ],
        };
    }

    /// <summary>Spot instances full of pods that nothing makes anew, so that the cores are the drainers'.</summary>
    public static Scenario ManyNodes(int nodes, int pods, int seed)
    {
        var chance = new Random(seed);
        var names = Enumerable.Range(1, nodes).Select(number => string.Create(CultureInfo.InvariantCulture, $"victim-{number:000}")).ToList();
        return new()
        {
            Name = "burst",
            Clusters = [new() { Name = "bench" }],
            Instances = [.. names.Select(name => new InstancePart { Name = name, Spot = true })],
            Workloads =
            [
                .. from name in names
                   from number in Enumerable.Range(1, pods)
                   select new WorkloadPart
                   {
                       Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"),
                       Kind = "pod",
                       On = name,
                       StopsIn = Between(chance, 5, 15),
                   },
            ],
        };
    }

    private static TimeSpan Between(Random chance, int least, int most) => TimeSpan.FromSeconds(least + (chance.NextDouble() * (most - least)));
}
