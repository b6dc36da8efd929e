using DrainerFunction.Aws;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations;

/// <summary>Asks AWS about one instance that was named by hand, each time afresh. What could not be asked is a sentence, not an error.</summary>
internal sealed class InstanceLookup(IAwsClients aws, DrainerOptions options)
{
    public async Task<InstanceFacts> DescribeAsync(AwsScope scope, string instanceId, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var region = aws.In(scope);
        var instance = await TryAskAsync(async () => (await region.Instances.DescribeAsync([instanceId], cancellationToken)).FirstOrDefault(one => one.InstanceId == instanceId), problems);
        var inGroup = instance is null ? null
            : await TryAskAsync(async () => (await region.AutoScaling.DescribeInstancesAsync([instanceId], cancellationToken)).FirstOrDefault(one => one.InstanceId == instanceId), problems);
        if (inGroup is null)
        {
            return new() { Instance = instance, Problems = problems };
        }

        return new()
        {
            Instance = instance,
            InGroup = inGroup,
            Group = await TryAskAsync(() => region.AutoScaling.DescribeGroupAsync(inGroup.AutoScalingGroupName, cancellationToken), problems),
            Hooks = await TryAskAsync<IReadOnlyList<LifecycleHook>>(async () => await region.AutoScaling.DescribeLifecycleHooksAsync(inGroup.AutoScalingGroupName, cancellationToken), problems) ?? [],
            Problems = problems,
        };
    }

    /// <summary>The hooks that hold it and that the function answers.</summary>
    public IEnumerable<LifecycleHook> WaitingHooksOf(InstanceFacts facts) =>
        facts.InGroup?.HeldBy(facts.Hooks).Where(hook => options.LifecycleHooks.IsOurs(hook.HookName)) ?? [];

    private static async Task<T?> TryAskAsync<T>(Func<Task<T?>> ask, List<string> problems)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (AwsCallException refused)
        {
            problems.Add(RefusalHints.Sentence(refused));
            return null;
        }
    }
}

/// <summary>What AWS says of one instance, whole or in part.</summary>
internal sealed record InstanceFacts
{
    /// <summary>Null when EC2 knows none, or could not be asked.</summary>
    public Instance? Instance { get; init; }

    public GroupInstance? InGroup { get; init; }

    public AutoScalingGroup? Group { get; init; }

    public IReadOnlyList<LifecycleHook> Hooks { get; init; } = [];

    /// <summary>One sentence for each call that was not answered.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
