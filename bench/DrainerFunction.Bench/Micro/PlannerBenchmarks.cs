using BenchmarkDotNet.Attributes;
using DrainerFunction.Builders;
using DrainerFunction.Interruptions;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.Bench.Micro;

/// <summary>One plan of a node: made anew whenever a pod has changed, so its cost counts once for each pod.</summary>
[MemoryDiagnoser]
public class PlannerBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly PodRequestStates _facts = new();
    private readonly DrainRules _rules = new() { CordonedAt = Now.AddSeconds(-1) };
    private IReadOnlyCollection<V1Pod> _pods = [];

    [Params(30, 500)]
    public int Pods { get; set; }

    [GlobalSetup]
    public void Setup() => _pods =
    [
        .. Enumerable.Range(0, Pods).Select(number => (number % 10) switch
        {
            0 => Builders.Pods.Pod($"agent-{number}").OwnedBy("DaemonSet"),
            1 => Builders.Pods.Pod($"dns-{number}").OwnedBy("ReplicaSet").Critical(),
            2 => Builders.Pods.Pod($"ended-{number}").OwnedBy("Job", "batch/v1").In("Succeeded"),
            3 => Builders.Pods.Pod($"going-{number}").OwnedBy("ReplicaSet").Terminating(Now.AddSeconds(20)),
            _ => Builders.Pods.Pod($"web-{number}").OwnedBy("ReplicaSet"),
        }),
    ];

    [Benchmark]
    public object Plan() => DrainPlan.For(_pods, _facts, Bounds.Of(new Bound.Machine(Now.AddSeconds(110), Now)), Now, _rules);
}
