using DrainerFunction.Aws;

namespace DrainerFunction.Fakes;

/// <summary>What the world's Auto Scaling cannot be brought to answer: late, or a refusal of the request itself.</summary>
internal sealed class ScriptedAutoScaling : IAutoScaling, IAwsClients
{
    public Func<bool> Complete { get; init; } = () => true;

    public Func<bool> Beat { get; init; } = () => true;

    public Func<Task<IReadOnlyList<LifecycleHook>>> Hooks { get; init; } = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([]);

    public IReadOnlyList<GroupInstance> Members { get; set; } = [];

    /// <summary>Asked before <see cref="Members"/> are told; it may throw.</summary>
    public Action Describe { get; init; } = () => { };

    /// <summary>What EC2 answers, where a test looks at more than hooks.</summary>
    public IInstances? Instances { get; init; }

    public List<string> Asked { get; } = [];

    public List<LifecycleResult> Results { get; } = [];

    public long CallsThrottled => 0;

    public AwsRegion In(AwsScope scope) => new(Instances!, this, null!, null!, null!, null!, null!);

    public Task<bool> CompleteLifecycleActionAsync(LifecycleActionRef hooked, LifecycleResult result, CancellationToken cancellationToken)
    {
        Results.Add(result);
        return Answer("complete", Complete);
    }

    public Task<bool> RecordLifecycleActionHeartbeatAsync(LifecycleActionRef hooked, CancellationToken cancellationToken) => Answer("beat", Beat);

    public Task<IReadOnlyList<LifecycleHook>> DescribeLifecycleHooksAsync(string autoScalingGroupName, CancellationToken cancellationToken)
    {
        Asked.Add("hooks");
        return Hooks().WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<GroupInstance>> DescribeInstancesAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Describe();
        return Members;
    }

    public Task<AutoScalingGroup?> DescribeGroupAsync(string autoScalingGroupName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AutoScalingGroup>> DescribeAllGroupsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<GroupInstance>> DescribeWarmPoolAsync(string autoScalingGroupName, CancellationToken cancellationToken) => throw new NotSupportedException();

    private async Task<bool> Answer(string what, Func<bool> answer)
    {
        Asked.Add(what);
        await Task.CompletedTask;
        return answer();
    }
}
