namespace DrainerFunction.Interruptions;

/// <summary>One instance's wait in one lifecycle hook of its Auto Scaling group.</summary>
/// <param name="Token">Names this one wait; without it Auto Scaling takes the instance id.</param>
/// <param name="Origin">EC2, AutoScalingGroup or WarmPool; absent from messages of before warm pools.</param>
/// <param name="Destination">As <paramref name="Origin"/>.</param>
internal sealed record LifecycleAction(string AutoScalingGroupName, string HookName, string? Token, string? Origin, string? Destination)
{
    private const string WarmPool = "WarmPool";

    public LifecycleHookName Hook => new(AutoScalingGroupName, HookName);

    public bool IsFromWarmPool => string.Equals(Origin, WarmPool, StringComparison.OrdinalIgnoreCase);

    public bool IsIntoWarmPool => string.Equals(Destination, WarmPool, StringComparison.OrdinalIgnoreCase);
}
