using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Bench.Storms;

/// <summary>One hook's hold on one node.</summary>
/// <param name="HadPods">When it ended, not all pods of the node had had the time that they needed.</param>
/// <param name="WorstGap">The longest time in which it heard nothing: from its start to a heartbeat, between two, to its answer.</param>
internal sealed record StormHook(DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? EndedBy, bool HadPods, TimeSpan WorstGap)
{
    public static IReadOnlyList<StormHook> Of(SimulatedWorld world, ILookup<string, StormPod> pods)
    {
        var heard = world.Tape.Happenings.Where(one => one is { Area: "autoscaling", What: "hook-heartbeat" }).ToLookup(one => one.Subject, one => one.At);
        return [.. world.Aws.Regions.SelectMany(region => region.AutoScaling.Actions).Select(action => new StormHook(
            action.StartedAt, action.EndedAt, action.EndedBy, pods[action.InstanceId].Any(pod => pod.Asked is not { } asked || asked + pod.Needs > (action.EndedAt ?? world.Now)), WorstOf([action.StartedAt, .. heard[action.InstanceId], action.EndedAt ?? world.Now])))];
    }

    private static TimeSpan WorstOf(IReadOnlyList<DateTimeOffset> heard) => heard.Zip(heard.Skip(1), (one, next) => next - one).Max();
}
