namespace DrainerFunction.Interruptions;

/// <summary>One instance's wait in one lifecycle hook of its Auto Scaling group.</summary>
/// <param name="Token">Names this one wait; without it Auto Scaling takes the instance id.</param>
/// <param name="Origin">EC2, AutoScalingGroup or WarmPool; absent from messages of before warm pools.</param>
/// <param name="Destination">As <paramref name="Origin"/>.</param>
internal sealed record LifecycleAction(string AutoScalingGroupName, string HookName, string? Token, string? Origin, string? Destination)
{
    private const string WarmPool = "WarmPool";
    private const string Group = "AutoScalingGroup";

    public LifecycleHookName Hook => new(AutoScalingGroupName, HookName);

    /// <summary>It was in service before, and left it drained: into the warm pool, or for a new root volume.</summary>
    public bool ComesBack => Is(Origin, WarmPool) || Is(Origin, Group);

    public bool IsIntoWarmPool => Is(Destination, WarmPool);

    private static bool Is(string? place, string name) => string.Equals(place, name, StringComparison.OrdinalIgnoreCase);
}
